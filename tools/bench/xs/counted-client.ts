// SPDX-License-Identifier: MIT

// Measured for counts: the bare MQTT client. The Node side plays the broker.

import { MqttClient } from "../../../modules/mqtt/client/mqtt-client.ts";
import { FakeTime } from "../../../tests/support/fake-time.ts";
import { BenchResolver, BufferTCP } from "./buffer-socket.ts";
import { ClientApplication } from "./client-application.ts";
import { type Counted, runCounted } from "./counted-program.ts";

class CountedClient implements Counted {
  readonly #time = new FakeTime();
  readonly #application = new ClientApplication();

  open(): void {
    const application = this.#application;
    application.client = new MqttClient({
      host: "10.0.0.1",
      id: "board",
      dns: { io: BenchResolver },
      socket: { io: BufferTCP },
      clock: this.#time,
      timers: this.#time,
      onReadable: (count, { more }) => application.onReadable(count, more),
      onWritable: (count) => application.onWritable(count),
      onControl: () => {},
    });
    // The socket is opened in a turn of its own.
    this.#time.advance(0);
  }

  publish(QoS: 0 | 1 | 2, count: number): void {
    this.#application.publish(QoS, count);
  }

  subscribe(QoS: 0 | 1 | 2): void {
    this.#application.subscribe(QoS);
  }

  send(size: number): void {
    this.#application.send(size);
  }

  time(ms: number): void {
    this.#time.advance(ms);
  }
}

runCounted(new CountedClient());
