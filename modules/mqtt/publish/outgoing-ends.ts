// SPDX-License-Identifier: MIT

import type { SessionCounters } from "../counters.ts";
import type { Journal } from "./journal.ts";
import type { Outcomes } from "./outcomes.ts";
import type { OutgoingMessage } from "./outgoing-message.ts";

export interface OutgoingEndsOptions {
  readonly counters: SessionCounters;
  readonly outcomes: Outcomes;
  readonly journal: Journal | undefined;
  /** Frees the room that the message took. */
  readonly release: (message: OutgoingMessage) => void;
}

/** How published messages end: counted, told, out of the journal, their room free. */
export class OutgoingEnds {
  readonly #options: OutgoingEndsOptions;

  constructor(options: OutgoingEndsOptions) {
    this.#options = options;
  }

  /** On its way or confirmed, or cut in the middle with QoS 0. */
  end(message: OutgoingMessage, outcome: "sent" | "delivered" | "dropped"): void {
    const { counters, journal, outcomes, release } = this.#options;
    if (outcome === "delivered") counters.delivered++;
    if (outcome === "dropped") counters.dropped++;
    if (message.stored) journal?.remove(message);
    if (message.held) release(message);
    if (message.facts.onDone || outcome === "dropped") outcomes.add(message, outcome);
  }

  /** It has left the outbox without being sent; its room is free already. */
  gone(message: OutgoingMessage, outcome: "dropped" | "replaced" | "expired"): void {
    const { counters, journal, outcomes } = this.#options;
    counters[outcome]++;
    if (message.stored) journal?.remove(message);
    outcomes.add(message, outcome);
  }

  /** The session has stopped: kept in the journal if it can be, and told. */
  stopped(message: OutgoingMessage): void {
    if (message.held) this.#options.release(message);
    if (message.facts.onDone) this.#options.outcomes.add(message, "stopped");
  }
}
