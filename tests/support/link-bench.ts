// SPDX-License-Identifier: MIT

import type { HostCrypto } from "../../modules/base/host-crypto.ts";
import { type LinkOptions, PeerLink } from "../../modules/pairing/link/peer-link.ts";
import type { OpenedRecord } from "../../modules/pairing/link/traffic.ts";
import { PairingCounters } from "../../modules/pairing/pairing-counters.ts";
import type { PairingNetwork } from "../../modules/pairing/pairing-network.ts";
import { FakeTime } from "./fake-time.ts";
import { CountingCrypto, PairingBus, quickCrypto } from "./pairing-bus.ts";
import { PoweredTimers } from "./powered-board.ts";
import { testCrypto } from "./test-crypto.ts";

/** One of the two boards of a pair; its power can go and come back. */
export class LinkEnd {
  readonly messages: OpenedRecord[] = [];
  /** "here" and "away", as they were told. */
  readonly presence: string[] = [];
  /** How often the other end has proved that it has forgotten the pair. */
  ends = 0;
  counters = new PairingCounters();
  readonly crypto: CountingCrypto;
  link!: PeerLink;
  /** It has a connection. */
  isOnline = true;
  #timers!: PoweredTimers;
  readonly #bench: LinkBench;
  readonly #isInitiator: boolean;

  constructor(bench: LinkBench, isInitiator: boolean, crypto: CountingCrypto) {
    this.#bench = bench;
    this.#isInitiator = isInitiator;
    this.crypto = crypto;
    this.powerOn();
  }

  powerOn(): void {
    const { time, bus, secret } = this.#bench;
    const timers = new PoweredTimers({ time });
    this.#timers = timers;
    this.counters = new PairingCounters();
    const isInitiator = this.#isInitiator;
    const options: LinkOptions = {
      crypto: this.crypto.crypto,
      network: this.networkOf(
        bus.client(isInitiator ? "i" : "r", () => timers.isOn && this.isOnline),
      ),
      timers,
      clock: time,
      counters: this.counters,
      root: "airpair",
      owner: {
        linkPresence: (link) => this.presence.push(link.isPresent ? "here" : "away"),
        linkMessage: (_link, message) => this.messages.push(message),
        linkOver: () => {
          this.ends++;
        },
      },
    };
    const peer = { name: "peer", secret, isInitiator, state: "paired" } as const;
    this.link = new PeerLink(peer, options);
    timers.repeat(() => this.link.tick(time.ticks()), 1_000);
  }

  powerOff(): void {
    this.#timers.cut();
    this.link.close();
  }

  private networkOf(network: PairingNetwork): PairingNetwork {
    const end = this;
    return {
      ...network,
      get state() {
        return { kind: end.isOnline ? "online" : "waiting" };
      },
    };
  }

  /** Power goes and comes back. */
  restart(): void {
    this.powerOff();
    this.powerOn();
  }

  say(text: string, kind = 3): boolean {
    return this.link.say(kind, new TextEncoder().encode(text));
  }

  get texts(): string[] {
    return this.messages.map(({ body }) => new TextDecoder().decode(body));
  }
}

/** A pair of boards and a broker. */
export class LinkBench {
  readonly time = new FakeTime();
  readonly bus = new PairingBus(this.time);
  readonly secret: Uint8Array;
  readonly i: LinkEnd;
  readonly r: LinkEnd;
  turns = 0;

  constructor({
    seed = 1,
    quick = true,
    crypto: given,
  }: { seed?: number; quick?: boolean; crypto?: HostCrypto } = {}) {
    const crypto = (own: number) => {
      const { randomBytes } = testCrypto(seed * 2 + own);
      const real = { ...(given ?? testCrypto()), randomBytes };
      return new CountingCrypto(quick ? quickCrypto(real) : real, () => this.turns);
    };
    this.secret = testCrypto(seed).randomBytes(32);
    this.i = new LinkEnd(this, true, crypto(0));
    this.r = new LinkEnd(this, false, crypto(1));
  }

  run(ms: number): void {
    const end = this.time.ticks() + ms;
    this.time.set(() => {}, ms);
    while (this.time.ticks() < end && this.time.step()) this.turns++;
  }
}
