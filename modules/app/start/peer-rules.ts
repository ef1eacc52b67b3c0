// SPDX-License-Identifier: MIT

import type { Reading } from "../../air-quality/reading.ts";
import type { Clock, Timer, Timers } from "../../base/clock.ts";
import type { Order } from "../../pairing/orders.ts";
import type { Pairing, PeerFollower } from "../../pairing/pairing.ts";
import type { PeerReading } from "../../pairing/peer-reading.ts";
import { peerValueTime } from "../../rules/rule-watch.ts";

/** Pairing at work, as far as rules need it. */
export type RulePairing = Pick<Pairing, "follow" | "orders" | "isPaired">;

export interface PeerRulesOwner {
  /** A peer has said what it measures. */
  onPeerReading(peer: string, reading: Reading): void;
  /** What peers have said is to be looked at for its age. */
  age(ticks: number): void;
  /** A peer does not do what a rule has told it. */
  onPeerRefused(order: Order, why: string): void;
}

/** The age of what peers have said is looked at so often, ms. */
const ageInterval = 1_000;

/** What rules have of the peers: their readings, and what they are told. */
export class PeerRules implements PeerFollower {
  readonly pairing: RulePairing;
  readonly #timers: Timers;
  readonly #clock: Pick<Clock, "ticks">;
  readonly #owner: PeerRulesOwner;
  readonly #timer: Timer;

  constructor(
    pairing: RulePairing,
    { timers, clock }: { readonly timers: Timers; readonly clock: Pick<Clock, "ticks"> },
    owner: PeerRulesOwner,
  ) {
    this.pairing = pairing;
    this.#timers = timers;
    this.#clock = clock;
    this.#owner = owner;
    this.#timer = timers.repeat(() => owner.age(clock.ticks()), ageInterval);
    pairing.follow(this);
  }

  onPeerReading(peer: string, reading: PeerReading, measuredAt: number): void {
    if (this.#clock.ticks() - measuredAt >= peerValueTime) return;
    this.#owner.onPeerReading(peer, { ...reading, ticks: measuredAt });
  }

  onPeerRefused(order: Order, why: string): void {
    this.#owner.onPeerRefused(order, why);
  }

  close(): void {
    this.#timers.clear(this.#timer);
    this.pairing.follow(undefined);
  }
}
