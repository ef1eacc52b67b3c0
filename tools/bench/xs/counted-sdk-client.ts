// SPDX-License-Identifier: MIT

// Measured for counts: the MQTT client of an installed SDK, with the same socket and application as
// ours. The Node side plays the broker.

import MQTTClient from "embedded:network/mqtt/client";
import { BenchResolver, BufferTCP } from "./buffer-socket.ts";
import { ClientApplication } from "./client-application.ts";
import { type Counted, runCounted } from "./counted-program.ts";
import { runTimers } from "./sdk-timer.ts";

// What XS has on a board and not in the worker.
const encoder = new TextEncoder();
const decoder = new TextDecoder();
Object.assign(globalThis, { trace: () => {} });
Object.assign(ArrayBuffer, { fromString: (text: string) => encoder.encode(text).buffer });
Object.assign(String, { fromArrayBuffer: (bytes: ArrayBuffer) => decoder.decode(bytes) });

class CountedSDKClient implements Counted {
  readonly #application = new ClientApplication();

  open(): void {
    const application = this.#application;
    application.client = new MQTTClient({
      host: "10.0.0.1",
      id: "board",
      keepAlive: 60_000,
      dns: { io: BenchResolver },
      socket: { io: BufferTCP },
      onReadable: (count, { more }) => application.onReadable(count, more),
      onWritable: (count) => application.onWritable(count),
      onControl: () => {},
    });
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

  time(): void {}

  end(): void {
    runTimers();
  }
}

runCounted(new CountedSDKClient());
