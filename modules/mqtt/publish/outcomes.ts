// SPDX-License-Identifier: MIT

import type { Timer, Timers } from "../../base/clock.ts";
import type { OutgoingMessage } from "./outgoing-message.ts";
import type { PublishOutcome } from "./publish-options.ts";

/**
 * More ends than this wait only in a flood of dropped messages; further ones are just counted, but
 * those that somebody waits for.
 */
const MOST_WAITING = 64;

export interface OutcomesOptions {
  readonly timers: Timers;
  /** Tells the application; may throw nothing. */
  readonly tell: (message: OutgoingMessage, outcome: PublishOutcome) => void;
}

/** Tells how messages ended: later, so that no callback is made from inside `publish`. */
export class Outcomes {
  readonly #options: OutcomesOptions;
  #waiting: { readonly message: OutgoingMessage; readonly outcome: PublishOutcome }[] = [];
  #timer: Timer | undefined;

  constructor(options: OutcomesOptions) {
    this.#options = options;
  }

  add(message: OutgoingMessage, outcome: PublishOutcome): void {
    if (this.#waiting.length >= MOST_WAITING && !message.facts.onDone) return;
    this.#waiting.push({ message, outcome });
    this.#timer ??= this.#options.timers.set(() => this.tellAll(), 0);
  }

  /** Tells everything that waits. */
  tellAll(): void {
    this.#options.timers.clear(this.#timer);
    this.#timer = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { message, outcome } of waiting) this.#options.tell(message, outcome);
  }
}
