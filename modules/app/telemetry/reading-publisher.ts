// SPDX-License-Identifier: MIT

import type { ReadingObserver } from "../../air-quality/air-quality-station.ts";
import { encodeExtended, type GasSensorFacts } from "../../air-quality/extended-json.ts";
import { isWorthPublishing, type PublishLimits } from "../../air-quality/publish-rule.ts";
import { hasValue, type Reading } from "../../air-quality/reading.ts";
import { encodeReading } from "../../air-quality/reading-json.ts";
import { messageOf } from "../../base/app-error.ts";
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { PubSub } from "../pub-sub.ts";

export interface ReadingPublisherOptions {
  /** Undefined: none is published. */
  readonly pubSub: PubSub | undefined;
  readonly log: Log;
  readonly clock: Clock;
  readonly topic: string;
  /** Outer key of the payload. */
  readonly name: string;
  readonly QoS: 0 | 1 | 2;
  /** How often readings come: `period` is the station's interval. */
  readonly limits: Omit<PublishLimits, "period">;
  /** Asked for each reading: decimals of temperature and humidity. */
  readonly settings: { get(name: "reading.decimals"): number };
  readonly station: { readonly interval: number };
  /** The gas sensor, as it is when a reading is published. */
  readonly gas: PublishedGas;
  /** Told of what is published, too; undefined: there is no pairing. */
  readonly peers: PeerPublisher | undefined;
  /** False: only the peers are told. */
  readonly isPlain: boolean;
  /** Where the extended readings go; undefined: there are none. */
  readonly extendedTopic: string | undefined;
}

/** The gas sensor, and what is wrong with it; undefined: nothing. */
export interface PublishedGas {
  readonly sensor: GasSensorFacts;
  readonly trouble: string | undefined;
}

/** Tells paired boards of readings. */
export interface PeerPublisher {
  /** One that is there has not been told of a reading for a while. */
  readonly areWaiting: boolean;
  /** `time`: ms since 1970 UTC; undefined while nobody knows it. */
  sendReading(reading: Reading, time: number | undefined): void;
}

/** Publishes the readings that are worth it. */
export class ReadingPublisher implements ReadingObserver {
  readonly #pubSub: PubSub | undefined;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #station: ReadingPublisherOptions["station"];
  readonly #gas: PublishedGas;
  readonly #peers: PeerPublisher | undefined;
  readonly #isPlain: boolean;
  readonly #topic: string;
  readonly #extendedTopic: string | undefined;
  readonly #name: string;
  readonly #QoS: 0 | 1 | 2;
  readonly #settings: ReadingPublisherOptions["settings"];
  #limits: PublishLimits;
  #last: Reading | undefined;
  #lastPublished: Reading | undefined;
  /** The last one without a value of which the marks were published. */
  #lastEmpty: Reading | undefined;
  #published = 0;

  constructor(options: ReadingPublisherOptions) {
    this.#pubSub = options.pubSub;
    this.#log = options.log;
    this.#clock = options.clock;
    this.#station = options.station;
    this.#gas = options.gas;
    this.#peers = options.peers;
    this.#isPlain = options.isPlain;
    this.#topic = options.topic;
    this.#extendedTopic = options.extendedTopic;
    this.#name = options.name;
    this.#QoS = options.QoS;
    this.#settings = options.settings;
    this.#limits = { ...options.limits, period: options.station.interval };
  }

  /** The last reading, for the console. */
  get last(): Reading | undefined {
    return this.#last;
  }

  /** Readings handed to MQTT since the start. */
  get published(): number {
    return this.#published;
  }

  /** A new reading of the station. */
  onReading(reading: Reading): void {
    const pubSub = this.#pubSub;
    this.#last = reading;
    if (!pubSub) return;
    const name = this.#name;
    const time = this.timeOf(reading);
    const isWorthIt = this.isWorthIt(reading);
    // Rules of peers must not take a board that publishes seldom for one that is silent.
    const isForPeers = hasValue(reading) && (isWorthIt || this.#peers?.areWaiting === true);
    if (isForPeers) this.#peers?.sendReading(reading, time);
    if (!isWorthIt || !this.#isPlain) return;
    if (hasValue(reading)) {
      const decimals = this.#settings.get("reading.decimals") as 0 | 1;
      const payload = encodeReading(name, reading, pubSub.behind ? time : undefined, decimals);
      // Old readings give way: after an outage the newest are worth more than the first.
      if (this.send(pubSub, this.#topic, payload, "drop-oldest")) this.#published++;
    }
    const topic = this.#extendedTopic;
    if (topic === undefined) return;
    // Of those that wait only the newest is kept: they must not take the readings' room.
    const { sensor, trouble: gasTrouble } = this.#gas;
    const extended = encodeExtended(name, reading, { sensor, gasTrouble, time });
    this.send(pubSub, topic, extended, "latest");
  }

  private isWorthIt(reading: Reading): boolean {
    const { interval: period } = this.#station;
    if (period !== this.#limits.period) this.#limits = { ...this.#limits, period };
    // One without a value has a pace of its own, so that the first value need not wait for it.
    const isEmpty = !hasValue(reading);
    const last = isEmpty ? this.#lastEmpty : this.#lastPublished;
    if (!isWorthPublishing(reading, last, this.#limits)) return false;
    if (isEmpty) this.#lastEmpty = reading;
    else this.#lastPublished = reading;
    return true;
  }

  /** Wall clock at the measurement, ms since 1970 UTC; undefined while nobody has set it. */
  private timeOf(reading: Reading): number | undefined {
    const now = this.#clock.now();
    return now === undefined ? undefined : now - (this.#clock.ticks() - reading.ticks);
  }

  private send(
    pubSub: PubSub,
    topic: string,
    payload: string,
    policy: "drop-oldest" | "latest",
  ): boolean {
    const log = this.#log;
    const QoS = this.#QoS;
    // Asked before: afterwards this message itself may be what waits.
    const verb = pubSub.behind ? "waiting to publish" : "publish";
    try {
      pubSub.publish(topic, payload, { QoS, policy });
    } catch (error) {
      log({ level: "warn", part: "mqtt", event: "refused", text: messageOf(error) });
      return false;
    }
    const text = `${verb} ${topic} ${payload}`;
    log({ level: "info", part: "mqtt", event: "publish", text, data: { topic, payload, QoS } });
    return true;
  }
}
