// SPDX-License-Identifier: MIT

import { type Reading, readingText } from "../air-quality/reading.ts";
import { encodeReading } from "../air-quality/reading-json.ts";
import { messageOf } from "../base/app-error.ts";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { MessagePort } from "./message-port.ts";

export interface ReadingPublisherOptions {
  /** Undefined: readings are only shown. */
  readonly port: MessagePort | undefined;
  readonly log: Log;
  readonly clock: Pick<Clock, "now" | "ticks">;
  readonly topic: string;
  /** Outer key of the payload. */
  readonly name: string;
  readonly QoS: 0 | 1 | 2;
}

/** Shows each reading on the console and publishes it. */
export class ReadingPublisher {
  readonly #options: ReadingPublisherOptions;
  #last: Reading | undefined;
  #published = 0;

  constructor(options: ReadingPublisherOptions) {
    this.#options = options;
  }

  /** The last reading, for the console. */
  get last(): Reading | undefined {
    return this.#last;
  }

  /** Readings handed to MQTT since the start. */
  get published(): number {
    return this.#published;
  }

  publish(reading: Reading): void {
    const { port, log, topic, name, QoS } = this.#options;
    this.#last = reading;
    const { ticks: _ticks, ...data } = reading;
    log({ level: "info", part: "reading", event: "reading", text: readingText(reading), data });
    if (!port) return;
    const payload = encodeReading(name, reading, port.behind ? this.#captured(reading) : undefined);
    try {
      // Old readings give way: after a long outage the newest hour is worth more than the first.
      port.publish(topic, payload, { QoS, policy: "drop-oldest" });
      this.#published++;
      log({
        level: "info",
        part: "mqtt",
        event: "publish",
        text: `publish ${topic} ${payload}`,
        data: { topic, payload, QoS },
      });
    } catch (error) {
      log({ level: "warn", part: "mqtt", event: "refused", text: messageOf(error) });
    }
  }

  /** When it was measured, ISO 8601; undefined while the clock is not set. */
  #captured({ ticks }: Reading): string | undefined {
    const { clock } = this.#options;
    const now = clock.now();
    return now === undefined ? undefined : new Date(now - clock.ticks() + ticks).toISOString();
  }
}
