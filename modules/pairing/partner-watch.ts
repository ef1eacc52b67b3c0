// SPDX-License-Identifier: MIT

import type { Clock, Timers } from "../base/clock.ts";
import type { Log, LogData } from "../base/log.ts";
import { agoOf, freshAge } from "./reading-age.ts";

/** A partner's message, as the MQTT session delivers it; `payload` is valid during the call. */
export interface PartnerMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly retain: boolean;
}

/** What the watch needs of the MQTT session. */
export interface Subscriber {
  subscribe(
    filter: string,
    options: { readonly QoS: 0 | 1 | 2; readonly onMessage: (message: PartnerMessage) => void },
  ): unknown;
}

/**
 * The console's form of a partner's reading, with the time at which it was measured (ms since 1970 UTC)
 * when it has one, or why the payload is none.
 */
export type DescribeReading = (
  payload: string,
) => { readonly text: string; readonly time?: number } | { readonly refused: string };

export interface PartnerWatchOptions {
  readonly subscriber: Subscriber;
  readonly log: Log;
  readonly timers: Timers;
  readonly clock: Pick<Clock, "now">;
  /** First levels of all topics. */
  readonly root: string;
  /** Board id of the partner. */
  readonly partner: string;
  readonly describe: DescribeReading;
  /** Undefined: the board cannot be paired. */
  readonly peers: PairedBoards | undefined;
}

/** Says which boards are paired. */
export interface PairedBoards {
  isPaired(name: string): boolean;
}

/** A longer status is none. */
const maxStatus = 40;
/** A longer payload is not looked at. */
const maxPayload = 1_024;
/** Readings that may wait for their turn; a further one takes the place of the oldest. */
const maxWaiting = 4;

/** A reading that waits for its turn. */
interface WaitingReading {
  readonly payload: string;
  /** The broker had kept it. */
  readonly retain: boolean;
}

/**
 * Follows another board: its readings and whether it is there, as everybody on the broker sees them.
 * While the two are paired nothing of that is shown: the board says the same where nobody can forge it.
 */
export class PartnerWatch {
  readonly #log: Log;
  readonly #partner: string;
  readonly #describe: DescribeReading;
  readonly #timers: Timers;
  readonly #clock: Pick<Clock, "now">;
  readonly #turn = () => this.showReading();
  /** The oldest first. */
  readonly #waiting: WaitingReading[] = [];
  readonly #peers: PairedBoards | undefined;
  #online: boolean | undefined;
  /** The partner is paired, which was said. */
  #isPaired = false;
  #readings = 0;
  #refused = 0;

  constructor(options: PartnerWatchOptions) {
    const { subscriber, root, partner } = options;
    this.#log = options.log;
    this.#partner = partner;
    this.#describe = options.describe;
    this.#timers = options.timers;
    this.#clock = options.clock;
    this.#peers = options.peers;
    const onMessage = (message: PartnerMessage) => this.onMessage(message);
    subscriber.subscribe(`${root}/${partner}/status`, { QoS: 1, onMessage });
    // For a board that is away the broker keeps no readings: they would push its commands out.
    subscriber.subscribe(`${root}/${partner}/reading`, { QoS: 0, onMessage });
  }

  /** Whether the partner is online; undefined until it was heard of. */
  get online(): boolean | undefined {
    return this.#online;
  }

  get counters(): { readonly readings: number; readonly refused: number } {
    return { readings: this.#readings, refused: this.#refused };
  }

  private onMessage(message: PartnerMessage): void {
    if (this.isPaired()) return;
    if (message.topic.endsWith("/reading")) this.onReading(message);
    else this.onStatus(message);
  }

  private isPaired(): boolean {
    const isPaired = this.#peers?.isPaired(this.#partner) === true;
    if (isPaired && !this.#isPaired) {
      const text = `${this.#partner} is paired; what it says in plain (pair.peer) is not shown`;
      this.say("info", "paired", text);
    }
    this.#isPaired = isPaired;
    return isPaired;
  }

  private onStatus({ payload }: PartnerMessage): void {
    const status = textOf(payload);
    // It says until when, in its own words; while it sleeps it is neither there nor lost.
    if (status?.startsWith("asleep") && status.length <= maxStatus) {
      this.say("info", "asleep", `${this.#partner} is ${printable(status)}`);
      return;
    }
    if (status !== "online" && status !== "offline") {
      // An empty payload deletes the retained status; there is nothing to say about it.
      if (payload.length > 0) this.refuse("status", "neither online, asleep nor offline");
      return;
    }
    this.#online = status === "online";
    this.say("info", status, `${this.#partner} is ${status}`);
  }

  private onReading({ payload: bytes, retain }: PartnerMessage): void {
    const payload = textOf(bytes);
    if (payload === undefined) {
      this.refuse("reading", "too long");
      return;
    }
    // In a turn of its own: taking a packet is as much as one turn of the loop should do.
    if (this.#waiting.push({ payload, retain }) > maxWaiting) this.#waiting.shift();
    else this.#timers.set(this.#turn, 0);
  }

  private showReading(): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined || this.isPaired()) return;
    const described = this.#describe(waiting.payload);
    if ("refused" in described) {
      this.refuse("reading", described.refused);
      return;
    }
    this.#readings++;
    const { text, time } = described;
    const now = this.#clock.now();
    const age = time === undefined || now === undefined ? 0 : now - time;
    if (age > freshAge) this.sayReading(`said ${agoOf(age)}: ${text}`, { age });
    else if (time !== undefined && now === undefined) {
      this.sayReading(`said at ${new Date(time).toISOString()}: ${text}`);
    } else if (waiting.retain) this.sayReading(`said earlier: ${text}`);
    else this.sayReading(`says ${text}`);
  }

  private sayReading(text: string, data?: LogData): void {
    this.say("info", "reading", `${this.#partner} ${text}`, data);
  }

  private refuse(kind: string, why: string): void {
    this.#refused++;
    this.say("warn", "refused", `${kind} of ${this.#partner} ignored: ${why}`);
  }

  private say(level: "info" | "warn", event: string, text: string, data?: LogData): void {
    this.#log({ level, part: "peer", event, text, data: { partner: this.#partner, ...data } });
  }
}

function printable(status: string): string {
  return status.replaceAll(/[^ -~]/g, ".");
}

function textOf(payload: Uint8Array): string | undefined {
  return payload.length > maxPayload ? undefined : new TextDecoder().decode(payload);
}
