// SPDX-License-Identifier: MIT

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
  /** First levels of all topics. */
  readonly root: string;
  /** Board id of the partner. */
  readonly partner: string;
  readonly describe: DescribeReading;
}

/** A longer payload is not looked at. */
const longestPayload = 1_024;

/** Follows another board: its readings and whether it is there. */
export class PartnerWatch {
  readonly #options: PartnerWatchOptions;
  #online: boolean | undefined;
  #readings = 0;
  #refused = 0;

  constructor(options: PartnerWatchOptions) {
    this.#options = options;
    const { subscriber, root, partner } = options;
    subscriber.subscribe(`${root}/${partner}/status`, {
      QoS: 1,
      onMessage: (message) => this.#onStatus(message),
    });
    subscriber.subscribe(`${root}/${partner}/reading`, {
      QoS: 1,
      onMessage: (message) => this.#onReading(message),
    });
  }

  /** Whether the partner is online; undefined until it was heard of. */
  get online(): boolean | undefined {
    return this.#online;
  }

  get counters(): { readonly readings: number; readonly refused: number } {
    return { readings: this.#readings, refused: this.#refused };
  }

  #onStatus({ payload }: PartnerMessage): void {
    const status = textOf(payload);
    if (status !== "online" && status !== "offline") {
      // An empty payload deletes the retained status; there is nothing to say about it.
      if (payload.length > 0) this.#refuse("status", "neither online nor offline");
      return;
    }
    this.#online = status === "online";
    this.#say("info", status, `${this.#options.partner} is ${status}`);
  }

  #onReading({ payload }: PartnerMessage): void {
    const text = textOf(payload);
    const described = text === undefined ? { refused: "too long" } : this.#options.describe(text);
    if ("refused" in described) {
      this.#refuse("reading", described.refused);
      return;
    }
    this.#readings++;
    this.#say("info", "reading", `${this.#options.partner} says ${described.text}`);
  }

  #refuse(kind: string, why: string): void {
    this.#refused++;
    this.#say("warn", "refused", `${kind} of ${this.#options.partner} ignored: ${why}`);
  }

  #say(level: "info" | "warn", event: string, text: string): void {
    const { log, partner } = this.#options;
    log({ level, part: "peer", event, text, data: { partner } });
  }
}

function textOf(payload: Uint8Array): string | undefined {
  return payload.length > longestPayload ? undefined : new TextDecoder().decode(payload);
}
