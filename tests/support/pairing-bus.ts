// SPDX-License-Identifier: MIT

import type { HostCrypto } from "../../modules/base/host-crypto.ts";
import type { PairingMessage, PairingNetwork } from "../../modules/pairing/pairing-network.ts";
import type { FakeTime } from "./fake-time.ts";

/** A message as the broker sees it. */
export interface BusMessage {
  readonly from: string;
  readonly topic: string;
  readonly payload: Uint8Array;
}

interface Listener {
  readonly filter: string;
  readonly onMessage: (message: PairingMessage) => void;
}

/**
 * A broker between boards on simulated time that keeps what it has seen, and does with messages what
 * the test wants.
 */
export class PairingBus {
  readonly #time: FakeTime;
  readonly #listeners = new Set<Listener>();
  /** All that was published, in order. */
  readonly recording: BusMessage[] = [];
  /** Returns after how many ms each copy of a message arrives: none is lost, two come twice. */
  fate: (message: BusMessage) => readonly number[] = () => [1];
  /** What arrives in the place of a message's payload. */
  change: (message: BusMessage) => Uint8Array = ({ payload }) => payload;

  constructor(time: FakeTime) {
    this.#time = time;
  }

  /** The network of one board, while `isOn` says so. */
  client(from: string, isOn: () => boolean = () => true): PairingNetwork {
    return {
      publish: (topic, payload) => {
        if (isOn()) this.carry({ from, topic, payload: payload.slice() });
      },
      subscribe: (filter, { onMessage }) => {
        const listener = {
          filter,
          onMessage: (message: PairingMessage) => isOn() && onMessage(message),
        };
        this.#listeners.add(listener);
        return { close: () => this.#listeners.delete(listener) };
      },
    };
  }

  /** What the broker, or somebody else on it, sends. */
  inject(topic: string, payload: Uint8Array, retain = false): void {
    for (const { filter, onMessage } of [...this.#listeners]) {
      if (filter === topic) onMessage({ payload: payload.slice(), retain });
    }
  }

  /** Filters that somebody has subscribed to. */
  get filters(): string[] {
    return [...this.#listeners].map(({ filter }) => filter);
  }

  private carry(message: BusMessage): void {
    this.recording.push(message);
    for (const delay of this.fate(message)) {
      this.#time.set(() => this.inject(message.topic, this.change(message)), delay);
    }
  }
}

const prime = 2n ** 255n - 19n;

function numberOf(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = 31; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] as number);
  return value % prime;
}

/**
 * `crypto` with a group in the place of the curve in which a multiplication is one of numbers: for
 * tests of thousands of runs, in which it only matters that the two ends agree.
 */
export function quickCrypto(crypto: HostCrypto): HostCrypto {
  return {
    ...crypto,
    x25519: (key, u) => {
      let value = ((numberOf(key) | 1n) * numberOf(u)) % prime;
      if (value === 0n) return undefined;
      const bytes = new Uint8Array(32);
      for (let i = 0; i < 32; i++) {
        bytes[i] = Number(value & 255n);
        value >>= 8n;
      }
      return bytes;
    },
  };
}

/** `crypto` that counts multiplications, and those of the turn in which most were made. */
export class CountingCrypto {
  readonly crypto: HostCrypto;
  multiplications = 0;
  mostInATurn = 0;
  #turn = -1;
  #inTurn = 0;

  /** `turn` numbers the turns of the loop. */
  constructor(crypto: HostCrypto, turn: () => number) {
    this.crypto = {
      ...crypto,
      x25519: (key, u) => {
        const now = turn();
        this.#inTurn = now === this.#turn ? this.#inTurn + 1 : 1;
        this.#turn = now;
        this.multiplications++;
        this.mostInATurn = Math.max(this.mostInATurn, this.#inTurn);
        return crypto.x25519(key, u);
      },
    };
  }
}
