// SPDX-License-Identifier: MIT

import type { HostCrypto } from "../../modules/base/host-crypto.ts";
import type {
  ExchangeOptions,
  ExchangeOutcome,
  NewPeer,
} from "../../modules/pairing/exchange/exchange.ts";
import { Joining } from "../../modules/pairing/exchange/joining.ts";
import { Offer } from "../../modules/pairing/exchange/offer.ts";
import { Tries } from "../../modules/pairing/exchange/tries.ts";
import { makeCode } from "../../modules/pairing/pairing-code.ts";
import { PairingCounters } from "../../modules/pairing/pairing-counters.ts";
import { FakeTime } from "./fake-time.ts";
import { MemoryKeyValue } from "./memory-key-value.ts";
import { CountingCrypto, PairingBus, quickCrypto } from "./pairing-bus.ts";
import { testCrypto } from "./test-crypto.ts";

/** One board of the bench, as far as an exchange needs it. */
export class ExchangeEnd {
  readonly store = new MemoryKeyValue();
  readonly counters = new PairingCounters();
  readonly peers: NewPeer[] = [];
  readonly outcomes: ExchangeOutcome[] = [];
  readonly crypto: CountingCrypto;
  /** Thrown in the place of storing a peer. */
  fault: Error | undefined;
  readonly #bench: ExchangeBench;
  readonly #name: string;

  constructor(bench: ExchangeBench, name: string, crypto: HostCrypto) {
    this.#bench = bench;
    this.#name = name;
    this.crypto = new CountingCrypto(crypto, () => bench.turns);
  }

  offer(code: string): Offer {
    return new Offer(this.options(code, 300_000));
  }

  join(code: string): Joining {
    return new Joining(this.options(code, 60_000));
  }

  private options(code: string, limit: number): ExchangeOptions {
    const { time, bus } = this.#bench;
    const { crypto } = this.crypto;
    return {
      crypto,
      code,
      limit,
      network: bus.client(this.#name),
      timers: time,
      clock: time,
      tries: new Tries({ crypto, domain: this.store }),
      counters: this.counters,
      root: "airpair",
      name: this.#name,
      owner: {
        exchangePeer: (peer) => {
          if (this.fault) throw this.fault;
          this.peers.push(peer);
        },
        exchangeEnded: (outcome) => this.outcomes.push(outcome),
      },
    };
  }
}

/** Two boards and a broker. */
export class ExchangeBench {
  readonly time = new FakeTime();
  readonly bus = new PairingBus(this.time);
  readonly a: ExchangeEnd;
  readonly b: ExchangeEnd;
  readonly code: string;
  /** Turns of the loop so far. */
  turns = 0;

  /** `crypto` does the work, but for the random bytes. */
  constructor({
    seed = 1,
    quick = false,
    crypto: given,
  }: { seed?: number; quick?: boolean; crypto?: HostCrypto } = {}) {
    const crypto = (own: number) => {
      const { randomBytes } = testCrypto(seed * 2 + own);
      const real = { ...(given ?? testCrypto()), randomBytes };
      return quick ? quickCrypto(real) : real;
    };
    this.code = makeCode(crypto(0));
    this.a = new ExchangeEnd(this, "board-a", crypto(0));
    this.b = new ExchangeEnd(this, "board-b", crypto(1));
  }

  /** Lets `ms` pass, turn by turn. */
  run(ms: number): void {
    const end = this.time.ticks() + ms;
    this.time.set(() => {}, ms);
    while (this.time.ticks() < end && this.time.step()) this.turns++;
  }
}
