// SPDX-License-Identifier: MIT

// Measured for counts: one MQTT session. The Node side plays the broker.

import { MqttSession } from "../../../modules/mqtt/session.ts";
import { FakeTime } from "../../../tests/support/fake-time.ts";
import { benchPayload, benchTopic } from "../bench-program.ts";
import { BenchResolver, BufferTCP } from "./buffer-socket.ts";
import { type Counted, runCounted } from "./counted-program.ts";

class CountedSession implements Counted {
  readonly #time = new FakeTime();
  readonly #acks: (() => void)[] = [];
  #session: MqttSession | undefined;

  open(isLarge: boolean): void {
    this.#session = new MqttSession({
      brokers: [{ host: "10.0.0.1", port: 1883, secure: false }],
      id: "board",
      network: { dns: { io: BenchResolver }, tcp: { io: BufferTCP } },
      clock: this.#time,
      timers: this.#time,
      random: () => 0.5,
      ...(isLarge && { limits: { outboxCount: 64, window: 64 } }),
    });
    this.#session.start();
    this.#time.advance(1);
  }

  publish(QoS: 0 | 1 | 2, count: number): void {
    for (let i = 0; i < count; i++) {
      this.#session?.publish(benchTopic, benchPayload, { QoS, policy: "reject" });
    }
  }

  subscribe(QoS: 0 | 1 | 2, manualAck: boolean): void {
    const onMessage = manualAck
      ? ({ ack }: { ack?: () => void }) => {
          if (ack) this.#acks.push(ack);
        }
      : () => {};
    this.#session?.subscribe(benchTopic, { QoS, onMessage, manualAck });
  }

  acknowledge(): void {
    for (const ack of this.#acks.splice(0)) ack();
  }

  time(ms: number): void {
    this.#time.advance(ms);
  }
}

runCounted(new CountedSession());
