// SPDX-License-Identifier: MIT

import { Backoff } from "../../base/backoff.ts";
import type { Random } from "../../base/clock.ts";
import type { KeyValueDomain } from "../../ecma-419/key-value.ts";
import { needsPerson } from "../connection-error.ts";
import type { ReconnectOptions } from "./session-options.ts";

/** Where the retry counter is kept. */
const storeKey = "retry";
/**
 * Handshakes that a broker may end without a reason before it is taken for a refusal: one that
 * starts, or the proxy before it, does so for a while.
 */
const maxEarlyEnds = 5;

/** Who is notified of failures. */
export interface ReconnectOwner {
  /** The store has failed; the counter lives on in memory. */
  onStoreError(error: unknown): void;
}

/** What a `Reconnect` needs beside the times that an application may set. */
export interface ReconnectParts {
  /** Number of brokers. */
  readonly brokers: number;
  readonly random: Random;
  readonly store: KeyValueDomain | undefined;
  readonly owner: ReconnectOwner;
}

/**
 * When to try again, and which broker. The counter goes back only after a link was stable, and it
 * survives a reboot within the same outage: a board that restarts in a loop must not hammer.
 */
export class Reconnect {
  readonly #brokers: number;
  readonly #random: Random;
  readonly #store: KeyValueDomain | undefined;
  readonly #owner: ReconnectOwner;
  readonly #backoff: Backoff;
  readonly #refused: number;
  /** Round whose bound is that of the first wait after a stable link. */
  readonly #spread: number;
  /** So long a link must hold to be stable, ms. */
  readonly stable: number;
  #failures = 0;
  #refusals = 0;
  #earlyEnds = 0;
  #stored = 0;
  #broker = 0;
  /** The broker that has accepted us last: the session is that one's. */
  #home: number | undefined;
  /** The outage began with the loss of a stable link. */
  #wasStable = false;

  constructor(parts: ReconnectParts, options: ReconnectOptions = {}) {
    const {
      first = 4_000,
      spread = 60_000,
      cap = 120_000,
      stable = 30_000,
      refused = 300_000,
    } = options;
    const { random } = parts;
    this.#brokers = parts.brokers;
    this.#random = random;
    this.#store = parts.store;
    this.#owner = parts.owner;
    this.#backoff = new Backoff({ first, cap, random });
    this.#refused = refused;
    this.#spread = this.#backoff.failuresFor(spread);
    this.stable = stable;
    this.#stored = this.load();
    this.#failures = this.#stored;
  }

  /** Index of the broker to try now. */
  get broker(): number {
    return this.#broker;
  }

  /** Failures since the last stable link, also of the life before a reboot. */
  get failures(): number {
    return this.#failures;
  }

  /** How long to wait before the very first attempt: 0, or what an earlier life left over. */
  get startDelay(): number {
    return this.#failures === 0 ? 0 : this.#backoff.delay(this.round(this.#failures - 1));
  }

  /**
   * The broker has accepted. True when a session that it has is the one that we know; false with
   * another broker than last time, or one of several after a start: its session is an older one.
   */
  accepted(): boolean {
    const isHome = this.#home === this.#broker || this.#brokers === 1;
    this.#home = this.#broker;
    return isHome;
  }

  /** An attempt has failed or a link was lost; returns the wait in ms. */
  failed(code: string): number {
    const brokers = this.#brokers;
    const delay = this.#backoff.delay(this.round(this.#failures));
    this.#failures++;
    this.#broker = (this.#broker + 1) % brokers;
    this.#earlyEnds = code === "mqtt/tls-closed" ? this.#earlyEnds + 1 : 0;
    const refused = needsPerson(code) || this.#earlyEnds > maxEarlyEnds * brokers;
    this.#refusals = refused ? this.#refusals + 1 : 0;
    this.save();
    if (this.#refusals < brokers) return delay;
    // Every broker has refused: asking again soon would only fill their logs.
    this.#refusals = 0;
    return Math.floor(this.#refused * (1 + this.#random()));
  }

  /**
   * A link that was stable has been lost: the same broker is tried first. Returns the wait. It is a
   * long one, because a broker that restarts loses all its boards at the same moment.
   */
  lost(): number {
    this.reset();
    this.#wasStable = true;
    return this.#backoff.delay(this.#spread);
  }

  /** The link has been stable. */
  reset(): void {
    this.#failures = 0;
    this.#refusals = 0;
    this.#earlyEnds = 0;
    this.#wasStable = false;
    this.save();
  }

  // The wait grows when all brokers have been tried, not from one to the next.
  private round(failures: number): number {
    const brokers = this.#brokers;
    if (!this.#wasStable) return Math.floor(failures / brokers);
    // The attempt that followed the lost link at once counts too.
    return this.#spread + Math.floor((failures + 1) / brokers);
  }

  private load(): number {
    try {
      const bytes = this.#store?.read(storeKey);
      const count = bytes?.byteLength === 1 ? (new Uint8Array(bytes)[0] ?? 0) : 0;
      return Math.min(count, this.largest);
    } catch (error) {
      this.#owner.onStoreError(error);
      return 0;
    }
  }

  // A larger counter changes nothing, so writing ends there: few writes for each outage.
  private get largest(): number {
    return Math.min(255, (this.#backoff.largest + 1) * this.#brokers);
  }

  private save(): void {
    const count = Math.min(this.#failures, this.largest);
    if (count === this.#stored) return;
    try {
      if (count === 0) this.#store?.delete(storeKey);
      else this.#store?.write(storeKey, Uint8Array.of(count));
      this.#stored = count;
    } catch (error) {
      this.#owner.onStoreError(error);
    }
  }
}
