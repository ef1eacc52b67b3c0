// SPDX-License-Identifier: MIT

import type { ConnectionFailure } from "../connection-error.ts";

/** A link is not taken for dead before this time, ms. */
const leastPatience = 5_000;
/** An answer may take so many times as long as the longest before it. */
const tolerance = 4;

/**
 * Finds a dead link by what the broker does not answer. A broker may be slow: as long as anything
 * comes from it, it has its deadline. When a question is open and nothing at all comes, it is asked for
 * a sign of life, and given up after a few times the longest round trip of this connection.
 * It is looked at once a second, so that a message costs nothing.
 */
export class LinkWatch {
  /** How long the broker may take to confirm anything, ms. */
  readonly #deadline: number;
  /** Longest round trip seen, ms. */
  #longest = 0;
  /** The oldest question at the last look, and how long it had been open, ms. */
  #oldest: number | undefined;
  #age = 0;
  /** When it was last heard of, at the time it was asked; ticks. */
  #asked = -1;

  constructor(deadline: number) {
    this.#deadline = deadline;
  }

  /** A new connection; CONNACK took so long, ms. */
  connected(roundTrip: number): void {
    this.#longest = roundTrip;
    this.#oldest = undefined;
    this.#age = 0;
    this.#asked = -1;
  }

  /**
   * Looks at the oldest packet without an answer and the last byte that came, both in ticks;
   * `heard` is undefined when that is not known. Returns what the link has failed with, or "ask"
   * when the broker should be asked for a sign of life.
   */
  look(now: number, oldest: number | undefined, heard: number | undefined): Verdict {
    if (oldest !== this.#oldest) {
      // The one before has been answered.
      if (this.#age > this.#longest) this.#longest = this.#age;
      this.#oldest = oldest;
      this.#age = 0;
    }
    if (oldest === undefined) return undefined;
    const age = now - oldest;
    this.#age = age;
    if (age >= this.#deadline) return "mqtt/broker-deadline";
    if (heard === undefined) return undefined;
    const silence = heard > oldest ? now - heard : age;
    const patience = Math.max(leastPatience, tolerance * this.#longest);
    if (silence >= patience) return "mqtt/dead-link";
    if (silence < patience / 2 || heard === this.#asked) return undefined;
    this.#asked = heard;
    return "ask";
  }
}

type Verdict = ConnectionFailure | "ask" | undefined;
