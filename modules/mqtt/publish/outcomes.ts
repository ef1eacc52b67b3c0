// SPDX-License-Identifier: MIT

import type { Timer, Timers } from "../../base/clock.ts";
import type { SessionCounters } from "../counters.ts";
import type { Journal } from "./journal.ts";
import type { OutboxOwner } from "./outbox.ts";
import type { OutgoingMessage } from "./outgoing-message.ts";
import type { PublishOutcome } from "./publish-options.ts";

/**
 * More ends than this wait only in a flood of dropped messages; further ones are just counted, but
 * those that somebody waits for.
 */
const maxWaiting = 64;

/** Who is notified of the ends of messages. */
export interface OutcomesOwner {
  /** Later than in the call that ended it. May throw nothing. */
  onEnded(message: OutgoingMessage, outcome: PublishOutcome): void;
}

export interface OutcomesOptions {
  readonly timers: Timers;
  readonly counters: SessionCounters;
  readonly journal: Journal | undefined;
  readonly owner: OutcomesOwner;
  /** False when nobody is notified of messages that were never sent, but by their `onDone`. */
  readonly reportsDrops: boolean;
}

/**
 * How published messages end: counted, out of the journal, and the application notified; later, so
 * that no callback is made from inside `publish`.
 */
export class Outcomes implements OutboxOwner {
  readonly #timers: Timers;
  readonly #counters: SessionCounters;
  readonly #journal: Journal | undefined;
  readonly #owner: OutcomesOwner;
  readonly #reportsDrops: boolean;
  #waiting: { readonly message: OutgoingMessage; readonly outcome: PublishOutcome }[] = [];
  #timer: Timer | undefined;

  constructor(options: OutcomesOptions) {
    this.#timers = options.timers;
    this.#counters = options.counters;
    this.#journal = options.journal;
    this.#owner = options.owner;
    this.#reportsDrops = options.reportsDrops;
  }

  /**
   * On its way or confirmed, given up, or cut in the middle with QoS 0; its room is free already.
   */
  end(message: OutgoingMessage, outcome: "sent" | "delivered" | "dropped" | "refused"): void {
    if (outcome !== "sent") this.#counters[outcome]++;
    if (message.isJournaled) this.#journal?.remove(message);
    const isLost = outcome === "dropped" || outcome === "refused";
    if (message.onDone || isLost) this.notify(message, outcome);
  }

  /** It has left the outbox without being sent. */
  onGone(message: OutgoingMessage, outcome: "dropped" | "replaced" | "expired"): void {
    this.#counters[outcome]++;
    if (message.isJournaled) this.#journal?.remove(message);
    this.notify(message, outcome);
  }

  /** The session has stopped: the message stays in the journal if it is there. */
  stopped(message: OutgoingMessage): void {
    if (message.onDone) this.notify(message, "stopped");
  }

  /** Notifies of everything that waits, now. */
  flush(): void {
    this.#timers.clear(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { message, outcome } of waiting) this.#owner.onEnded(message, outcome);
  }

  private notify(message: OutgoingMessage, outcome: PublishOutcome): void {
    const isOptional = !this.#reportsDrops || this.#waiting.length >= maxWaiting;
    if (isOptional && !message.onDone) return;
    this.#waiting.push({ message, outcome });
    this.#timer ??= this.#timers.set(() => this.flush(), 0);
  }
}
