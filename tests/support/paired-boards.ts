// SPDX-License-Identifier: MIT

import { Air } from "../../hosts/virtual/air.ts";
import { BME280Chip } from "../../hosts/virtual/chips/bme280.ts";
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

  /** Power goes at one, without a goodbye. */
  powerOff(board: WholeBoard): void {
    board.powerOff();
    const id = board === this.a ? "board-a" : "board-b";
    const own = this.broker.connections.filter(({ connect }) => connect?.id === id);
    for (const { link } of own) link.powerless = true;
  }

  /** What is written to a pin of a board from now on. */
  static levelsOf(board: WholeBoard, pin: number): number[] {
    const levels: number[] = [];
    board.pins.onWrite(pin, (level) => levels.push(level));
    return levels;
  }

  /** The air around a board, which a BME280 of its own measures: 20 °C for a start. */
  static airOf(board: WholeBoard): Air {
    const air = new Air({ seed: 1 });
    air.pin({ temperature: 20, humidity: 40, pressure: 100_000 });
    board.bus.attach(new BME280Chip({ time: board.time, air }));
    return air;
  }

  #board(id: string, seed: number, given: Given): WholeBoard {
    const settings = { "mqtt.broker": "mqtt://broker.example", "board.id": id, ...given };
    return new WholeBoard(settings, {}, quickCrypto(testCrypto(seed)), this.network);
  }
}
