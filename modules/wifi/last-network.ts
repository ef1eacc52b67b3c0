// SPDX-License-Identifier: MIT

import { messageOf } from "../base/app-error.ts";
import type { Log } from "../base/log.ts";
import type { KeyValueDomain } from "../ecma-419/key-value.ts";

const key = "joined";

/** Shortest time between two writes of one run, ms: flash wears out. */
const minWriteInterval = 3_600_000;

const maxChannel = 13;

/**
 * The network that the board was on last, and its channel; kept over a restart, so that the board can
 * join it there without a scan. Written only when it has changed, and at most once an hour.
 */
export class LastNetwork {
  readonly #store: KeyValueDomain;
  readonly #log: Log;
  #SSID = "";
  /** 0: unknown. */
  #channel = 0;
  #writtenAt: number | undefined;

  constructor(store: KeyValueDomain, log: Log) {
    this.#store = store;
    this.#log = log;
    try {
      this.read();
    } catch (error) {
      this.warn(error);
    }
  }

  /** Where `SSID` was, 1–13; undefined when the board was on another network last. */
  channelOf(SSID: string): number | undefined {
    return this.#channel !== 0 && SSID === this.#SSID ? this.#channel : undefined;
  }

  /** The board has been on this network for a while; `now`: ms of the monotonic clock. */
  held(SSID: string, channel: number, now: number): void {
    if (channel === this.#channel && SSID === this.#SSID) return;
    if (this.#writtenAt !== undefined && now - this.#writtenAt < minWriteInterval) return;
    this.#writtenAt = now;
    this.#SSID = SSID;
    this.#channel = channel;
    try {
      this.#store.write(key, new TextEncoder().encode(`${channel} ${SSID}`));
    } catch (error) {
      this.warn(error);
    }
  }

  /** What is damaged is no network. */
  private read(): void {
    const bytes = this.#store.read(key);
    if (!bytes) return;
    const text = new TextDecoder().decode(bytes);
    const end = text.indexOf(" ");
    const channel = Number(text.slice(0, Math.max(0, end)));
    if (!Number.isInteger(channel) || channel < 1 || channel > maxChannel) return;
    this.#channel = channel;
    this.#SSID = text.slice(end + 1);
  }

  private warn(error: unknown): void {
    const text = `the channel of the network cannot be remembered: ${messageOf(error)}`;
    this.#log({ level: "warn", part: "wifi", event: "store", text });
  }
}
