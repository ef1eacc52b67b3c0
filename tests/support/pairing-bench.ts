// SPDX-License-Identifier: MIT

import type { HostCrypto } from "../../modules/base/host-crypto.ts";
import { Pairing } from "../../modules/pairing/pairing.ts";
import type { PeerReading } from "../../modules/pairing/peer-reading.ts";
import type { AnswerTaker } from "../../modules/pairing/questions.ts";
import { FakeTime } from "./fake-time.ts";
import { LogBook } from "./log-book.ts";
import { CountingCrypto, PairingBus, quickCrypto } from "./pairing-bus.ts";
import { CuttingStore, PoweredTimers } from "./powered-board.ts";
import { seededRandom } from "./random.ts";
import { testCrypto } from "./test-crypto.ts";

/** Keeps what was answered. */
export class Answers implements AnswerTaker {
  readonly texts: string[] = [];
  add(text: string): void {
    this.texts.push(text);
  }
  end(): void {
    this.texts.push("end");
  }
  fail(error: unknown): void {
    this.texts.push(`failed: ${error instanceof Error ? error.message : error}`);
  }
}

export interface PairingBenchOptions {
  readonly seed?: number;
  /** The group is one of numbers; default true. */
  readonly quick?: boolean;
  readonly boards?: number;
  /** What does the rest; its random bytes are not used. */
  readonly crypto?: HostCrypto;
}

/** A board as far as pairing is concerned: its storage outlives its power. */
export class PairingEnd {
  readonly store = new CuttingStore();
  readonly book = new LogBook();
  readonly name: string;
  readonly crypto: CountingCrypto;
  pairing!: Pairing;
  isOn = true;
  #timers!: PoweredTimers;
  readonly #bench: PairingBench;
  readonly #seed: number;

  constructor(
    bench: PairingBench,
    name: string,
    seed: number,
    { quick = true, crypto }: PairingBenchOptions,
  ) {
    this.#bench = bench;
    this.#seed = seed;
    this.name = name;
    const { randomBytes } = testCrypto(seed);
    const real = { ...(crypto ?? testCrypto()), randomBytes };
    this.crypto = new CountingCrypto(quick ? quickCrypto(real) : real, () => bench.turns);
    this.store.onCut = () => this.powerOff();
    this.powerOn();
  }

  powerOn(): void {
    const { time, bus } = this.#bench;
    const timers = new PoweredTimers({ time });
    this.#timers = timers;
    this.isOn = true;
    this.pairing = new Pairing({
      crypto: this.crypto.crypto,
      network: bus.client(this.name, () => timers.isOn),
      timers,
      clock: time,
      random: seededRandom(this.#seed),
      log: (line) => timers.isOn && this.book.log(line),
      domain: this.store,
      root: "airpair",
      name: this.name,
      describe: ({ co2 }: PeerReading) => `co2 ${co2} ppm`,
    });
  }

  /** Power goes, without a goodbye. */
  powerOff(): void {
    this.isOn = false;
    this.#timers.cut();
  }

  restart(): void {
    this.powerOff();
    this.powerOn();
  }

  sendReading(co2: number): void {
    const none = undefined;
    const reading = { co2, voc: none, pressure: none, pressureTemperature: none };
    const rest = { temperature: none, humidityPercent: none };
    this.pairing.sendReading({ ...reading, ...rest }, this.#bench.time.now());
  }

  /** What the commands of a board have of pairing. */
  get board() {
    return { open: () => this.pairing, active: this.pairing };
  }

  /** Texts of the log about peers, and about pairing. */
  get said(): string[] {
    return this.book.lines.map(({ text }) => text);
  }

  /** Names that count as paired. */
  get paired(): string[] {
    const lines = this.pairing.describePeers().split("\n");
    return lines
      .filter((line) => /^\S+ {2}(here|away|not heard)/.test(line))
      .map((line) => line.split(" ")[0] as string);
  }
}

/** Some boards and a broker. */
export class PairingBench {
  readonly time = new FakeTime();
  readonly bus = new PairingBus(this.time);
  readonly ends: PairingEnd[] = [];
  turns = 0;

  constructor(options: PairingBenchOptions = {}) {
    const { seed = 1, boards = 2 } = options;
    for (let i = 0; i < boards; i++) {
      const name = `board-${"abcdefghijkl"[i]}`;
      this.ends.push(new PairingEnd(this, name, seed * 100 + i, options));
    }
  }

  get a(): PairingEnd {
    return this.ends[0] as PairingEnd;
  }

  get b(): PairingEnd {
    return this.ends[1] as PairingEnd;
  }

  run(ms: number): void {
    const end = this.time.ticks() + ms;
    this.time.set(() => {}, ms);
    while (this.time.ticks() < end && this.time.step()) this.turns++;
  }

  /** Makes a pair of two boards by the code, and returns what each was told. */
  pair(one = this.a, other = this.b): [Answers, Answers] {
    const answers: [Answers, Answers] = [new Answers(), new Answers()];
    const code = one.pairing.offer(answers[0]);
    other.pairing.join(code, answers[1]);
    this.run(10_000);
    return answers;
  }
}
