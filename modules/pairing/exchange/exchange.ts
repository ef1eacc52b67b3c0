// SPDX-License-Identifier: MIT

import { asciiBytes } from "../../base/bytes.ts";
import type { Clock, Timers } from "../../base/clock.ts";
import type { HostCrypto } from "../../base/host-crypto.ts";
import { CPace } from "../crypto/cpace.ts";
import { nameplateOf } from "../pairing-code.ts";
import type { PairingCounters } from "../pairing-counters.ts";
import type { PairingNetwork } from "../pairing-network.ts";
import type { Tries } from "./tries.ts";

/** A message that waits for its answer is sent again after so long, ms. */
export const repeatInterval = 2_000;

/** How an exchange ended. */
export type ExchangeOutcome =
  /** The other end has proved the code and is stored. */
  | "paired"
  /** Nobody has come in time. */
  | "expired"
  /** The other end has answered, and then fell silent. */
  | "vanished"
  /** The other end says that the code is wrong, or somebody pretends to be it. */
  | "refused"
  /** The share of the other end was none: somebody wants to know the key beforehand. */
  | "forged"
  /** The tries of the code are used up. */
  | "used-up"
  /** The storage takes nothing. */
  | "not-stored"
  /** An offer that has its peer tells it its end no more. */
  | "told";

/** The other end of a pair, and what the two have in common. */
export interface NewPeer {
  readonly name: string;
  /** 32 bytes. */
  readonly secret: Uint8Array;
  /** This board was given the code. */
  readonly isJoining: boolean;
}

/** Whoever has begun an exchange. */
export interface ExchangeOwner {
  /** Stores a peer that has proved the code, and that the code is spent. Throws what the storage throws. */
  exchangePeer(peer: NewPeer): void;
  /** It is over, once; `why`: of the storage. */
  exchangeEnded(outcome: ExchangeOutcome, why?: unknown): void;
}

export interface ExchangeOptions {
  readonly crypto: HostCrypto;
  readonly network: PairingNetwork;
  readonly timers: Timers;
  readonly clock: Pick<Clock, "ticks">;
  readonly tries: Tries;
  readonly counters: PairingCounters;
  /** First levels of all topics. */
  readonly root: string;
  /** Id of this board. */
  readonly name: string;
  /** Twelve letters. */
  readonly code: string;
  /** Longest time, ms. */
  readonly limit: number;
  readonly owner: ExchangeOwner;
}

/** The topic of the messages of one end. */
export function exchangeTopic({ root, code }: ExchangeOptions, isJoining: boolean): string {
  return `${root}/pair/${nameplateOf(code)}/${isJoining ? "join" : "offer"}`;
}

/** One end of a run. */
export function startRun(options: ExchangeOptions, run: Uint8Array, isJoining: boolean): CPace {
  const { crypto, code } = options;
  return new CPace({
    crypto,
    code: asciiBytes(code),
    channel: asciiBytes(`airpair 1 ${nameplateOf(code)}`),
    session: run,
    data: dataOf(isJoining),
    isInitiator: !isJoining,
  });
}

/** What an end says beside its share. */
export function dataOf(isJoining: boolean): Uint8Array {
  return asciiBytes(isJoining ? "join" : "offer");
}
