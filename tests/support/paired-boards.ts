// SPDX-License-Identifier: MIT

import { FakeTime } from "./fake-time.ts";
import { MemoryNetwork } from "./memory-network.ts";
import { quickCrypto } from "./pairing-bus.ts";
import { ScriptedBroker } from "./scripted-broker.ts";
import { testCrypto } from "./test-crypto.ts";
import { WholeBoard } from "./whole-board.ts";

type Given = Readonly<Record<string, unknown>>;

/** Two whole boards at one broker, `board-a` and `board-b`, in the time of the test. */
export class PairedBoards {
  readonly time = new FakeTime();
  readonly network = new MemoryNetwork(this.time);
  readonly broker = new ScriptedBroker(this.network);
  readonly a: WholeBoard;
  readonly b: WholeBoard;

  /** What each is given besides. */
  constructor(a: Given = {}, b: Given = {}) {
    this.a = this.#board("board-a", 1, a);
    this.b = this.#board("board-b", 2, b);
  }

  /** Power comes on at both. */
  powerOn(): this {
    for (const board of [this.a, this.b]) board.powerOn();
    this.time.advance(10_000);
    return this;
  }

  /** Power comes on at both, and they become a pair by the code that the console of one shows. */
  pair(): this {
    this.powerOn();
    const answer = this.a.ask("pair").join();
    const [, code = ""] = answer.match(/5 minutes: pair ([\dA-Z-]+)/) ?? [];
    this.b.ask(`pair ${code}`);
    this.time.advance(10_000);
    if (this.b.ask("pairs").join() === "no peers; pair makes one") throw new Error("no pair");
    return this;
  }

  #board(id: string, seed: number, given: Given): WholeBoard {
    const settings = { "mqtt.broker": "mqtt://broker.example", "board.id": id, ...given };
    return new WholeBoard(settings, {}, quickCrypto(testCrypto(seed)), this.network);
  }
}
