// SPDX-License-Identifier: MIT

import type { Timers } from "../base/clock.ts";
import type { Log } from "../base/log.ts";

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

/** The console's form of a partner's reading, or why the payload is none. */
export type DescribeReading = (
  payload: string,
) => { readonly text: string } | { readonly refused: string };

export interface PartnerWatchOptions {
  readonly subscriber: Subscriber;
  readonly log: Log;
  readonly timers: Timers;
  /** First levels of all topics. */
  readonly root: string;
  /** Board id of the partner. */
  readonly partner: string;
  readonly describe: DescribeReading;
}

/** A longer payload is not looked at. */
const maxPayload = 1_024;
/** Readings that may wait for their turn; a further one takes the place of the oldest. */
const maxWaiting = 4;

/** Follows another board: its readings and whether it is there. */
export class PartnerWatch {
  readonly #log: Log;
  readonly #partner: string;
  readonly #describe: DescribeReading;
  readonly #timers: Timers;
  readonly #turn = () => this.showReading();
  /** Payloads of readings, the oldest first. */
  readonly #waiting: string[] = [];
  #online: boolean | undefined;
  #readings = 0;
  #refused = 0;

  constructor(options: PartnerWatchOptions) {
    const { subscriber, root, partner } = options;
    this.#log = options.log;
    this.#partner = partner;
    this.#describe = options.describe;
    this.#timers = options.timers;
    subscriber.subscribe(`${root}/${partner}/status`, {
      QoS: 1,
      onMessage: (message) => this.onStatus(message),
    });
    subscriber.subscribe(`${root}/${partner}/reading`, {
      QoS: 1,
      onMessage: (message) => this.onReading(message),
    });
  }

  /** Whether the partner is online; undefined until it was heard of. */
  get online(): boolean | undefined {
    return this.#online;
  }

  get counters(): { readonly readings: number; readonly refused: number } {
    return { readings: this.#readings, refused: this.#refused };
  }

  private onStatus({ payload }: PartnerMessage): void {
    const status = textOf(payload);
    if (status !== "online" && status !== "offline") {
      // An empty payload deletes the retained status; there is nothing to say about it.
      if (payload.length > 0) this.refuse("status", "neither online nor offline");
      return;
    }
    this.#online = status === "online";
    this.say("info", status, `${this.#partner} is ${status}`);
  }

  private onReading({ payload }: PartnerMessage): void {
    const text = textOf(payload);
    if (text === undefined) {
      this.refuse("reading", "too long");
      return;
    }
    // In a turn of its own: taking a packet is as much as one turn of the loop should do.
    if (this.#waiting.push(text) > maxWaiting) this.#waiting.shift();
    else this.#timers.set(this.#turn, 0);
  }

  private showReading(): void {
    const text = this.#waiting.shift();
    if (text === undefined) return;
    const described = this.#describe(text);
    if ("refused" in described) {
      this.refuse("reading", described.refused);
      return;
    }
    this.#readings++;
    this.say("info", "reading", `${this.#partner} says ${described.text}`);
  }

  private refuse(kind: string, why: string): void {
    this.#refused++;
    this.say("warn", "refused", `${kind} of ${this.#partner} ignored: ${why}`);
  }

  private say(level: "info" | "warn", event: string, text: string): void {
    this.#log({ level, part: "peer", event, text, data: { partner: this.#partner } });
  }
}

function textOf(payload: Uint8Array): string | undefined {
  return payload.length > maxPayload ? undefined : new TextDecoder().decode(payload);
}
