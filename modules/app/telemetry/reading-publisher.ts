// SPDX-License-Identifier: MIT

import { encodeExtended, type GasSensorFacts } from "../../air-quality/extended-json.ts";
import { isWorthPublishing, type PublishLimits } from "../../air-quality/publish-rule.ts";
import { type Reading, readingText } from "../../air-quality/reading.ts";
import { encodeReading } from "../../air-quality/reading-json.ts";
import { messageOf } from "../../base/app-error.ts";
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { MessagePort } from "../message-port.ts";

export interface ReadingPublisherOptions {
  /** Undefined: readings are only shown. */
  readonly port: MessagePort | undefined;
  readonly log: Log;
  readonly clock: Clock;
  readonly topic: string;
  /** Outer key of the payload. */
  readonly name: string;
  readonly QoS: 0 | 1 | 2;
  readonly limits: PublishLimits;
  /** Where the extended readings go; undefined: there are none. */
  readonly extendedTopic: string | undefined;
}

/** Shows each reading on the console, and publishes those that are worth it. */
export class ReadingPublisher {
  readonly #options: ReadingPublisherOptions;
  #limits: PublishLimits;
  #last: Reading | undefined;
  #lastPublished: Reading | undefined;
  #published = 0;

  constructor(options: ReadingPublisherOptions) {
    this.#options = options;
    this.#limits = options.limits;
  }

  /** ms between two readings from now on. */
  set period(period: number) {
    this.#limits = { ...this.#limits, period };
  }

  /** The last reading, for the console. */
  get last(): Reading | undefined {
    return this.#last;
  }

  /** Readings handed to MQTT since the start. */
  get published(): number {
    return this.#published;
  }

  /** `sensor` is the gas sensor that the reading is of, as it is now. */
  publish(reading: Reading, sensor: GasSensorFacts): void {
    const { port, log, topic, extendedTopic, name } = this.#options;
    this.#last = reading;
    const { ticks: _ticks, gas: _gas, ...data } = reading;
    log({ level: "info", part: "reading", event: "reading", text: readingText(reading), data });
    if (!port || !isWorthPublishing(reading, this.#lastPublished, this.#limits)) return;
    this.#lastPublished = reading;
    const time = this.#timeOf(reading);
    const payload = encodeReading(name, reading, port.behind ? time : undefined);
    // Old readings give way: after an outage the newest are worth more than the first.
    if (this.#send(port, topic, payload, "drop-oldest")) this.#published++;
    if (extendedTopic === undefined) return;
    // Of those that wait only the newest is kept: they must not take the readings' room.
    this.#send(port, extendedTopic, encodeExtended(name, reading, { sensor, time }), "latest");
  }

  /** Wall clock at the measurement, ms since 1970 UTC; undefined while nobody has set it. */
  #timeOf(reading: Reading): number | undefined {
    const { clock } = this.#options;
    const now = clock.now();
    return now === undefined ? undefined : now - (clock.ticks() - reading.ticks);
  }

  #send(
    port: MessagePort,
    topic: string,
    payload: string,
    policy: "drop-oldest" | "latest",
  ): boolean {
    const { log, QoS } = this.#options;
    // Asked before: afterwards this message itself may be what waits.
    const verb = port.behind ? "waiting to publish" : "publish";
    try {
      port.publish(topic, payload, { QoS, policy });
    } catch (error) {
      log({ level: "warn", part: "mqtt", event: "refused", text: messageOf(error) });
      return false;
    }
    const text = `${verb} ${topic} ${payload}`;
    log({ level: "info", part: "mqtt", event: "publish", text, data: { topic, payload, QoS } });
    return true;
  }
}
