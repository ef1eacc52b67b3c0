// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import mqtt, { type MqttClient } from "mqtt";
import { digitsOf } from "./hex.ts";
import { type Cut, type PoweredSimBoard, PoweredSimulator } from "./powered-simulator.ts";
import type { SimEvent } from "./simulator.ts";

/** Longest wait for what a step brings, ms of the PC. */
const limit = 60_000;
const interval = 100;
/** Two boards that say the same so often in a row are at rest. */
const steady = 3;

/** Writes of pairing at one board: while a pair is made, and while it is ended. */
const writes: readonly { readonly board: 0 | 1; readonly pair: number; readonly unpair: number }[] =
  [
    { board: 0, pair: 4, unpair: 3 },
    { board: 1, pair: 3, unpair: 4 },
  ];

/** One power cut of a test. */
export interface PlannedCut extends Cut {
  /** 0 makes the code and ends the pair, 1 is given the code. */
  readonly board: 0 | 1;
  readonly during: "pair" | "unpair";
}

/** Cuts before each write of each board is carried out, and after the last. */
export const allCuts: readonly PlannedCut[] = writes.flatMap(({ board, pair, unpair }) =>
  Object.entries({ pair, unpair }).flatMap(([during, count]) =>
    Array.from({ length: count + 1 }, (_, i) => {
      const cut = i < count ? { write: i, isWritten: false } : { write: i - 1, isWritten: true };
      return { board, during: during as PlannedCut["during"], ...cut };
    }),
  ),
);

/** A broker that can go and come back. */
export interface RestartedBroker {
  halt(): Promise<void>;
  start(): Promise<void>;
}

/** All records that go over a broker, by what must never be the same twice: key and counter. */
export class RecordWitness {
  readonly #client: MqttClient;
  readonly #heads: string[] = [];
  readonly #texts: string[] = [];

  private constructor(client: MqttClient) {
    this.#client = client;
    client.on("message", (topic, payload) => {
      if (!/^airpair\/([0-9a-f]{32}$|pair\/)/.test(topic)) return;
      this.#texts.push(payload.toString("latin1"));
      if (payload[0] === 0x31) this.#heads.push(`${topic} ${digitsOf(payload.subarray(0, 13))}`);
    });
  }

  static async start(url: string): Promise<RecordWitness> {
    const client = await mqtt.connectAsync(url, { reconnectPeriod: 100 });
    const witness = new RecordWitness(client);
    await client.subscribeAsync("airpair/#", { qos: 0 });
    return witness;
  }

  /** Fails when two records have the same key and counter, or one can be read. */
  check(): void {
    assert.ok(this.#heads.length > 0, "no record was seen");
    assert.equal(new Set(this.#heads).size, this.#heads.length, "a counter was used twice");
    for (const text of this.#texts) assert.doesNotMatch(text, /board-|co2|status/);
  }

  async stop(): Promise<void> {
    await this.#client.endAsync(true);
  }
}

function isPaired({ text = "" }: SimEvent): boolean {
  return /^paired with board-/.test(text);
}

/** How a board counts its peer, in a word. */
async function stateOf(board: PoweredSimBoard): Promise<string> {
  const text = await board.ask("pairs");
  // Whoever has not heard of the other is not paired, and says what to do.
  if (/^no peers|not confirmed yet; pair again/.test(text)) return "alone";
  if (/^board-. {2}here/.test(text)) return "here";
  return /^board-. {2}(not heard|away)/.test(text) ? "paired" : "ending";
}

/** Waits until both say the same, and go on saying it; returns what. */
async function agreed(
  boards: readonly PoweredSimBoard[],
  wanted: readonly string[],
): Promise<string> {
  const end = performance.now() + limit;
  let count = 0;
  for (let last = ""; performance.now() < end; await pause(interval)) {
    const states = await Promise.all(boards.map(stateOf));
    const [one = "", other = ""] = states;
    count = one === other && wanted.includes(one) ? (one === last ? count + 1 : 1) : 0;
    last = one;
    if (count >= steady) return one;
  }
  const texts = await Promise.all(boards.map((board) => board.ask("pairs")));
  throw new Error(`the boards do not agree: ${texts.join(" | ")}`);
}

/** Two boards with the whole firmware, and what people do with them. */
export class PairedSimulator {
  readonly #boards: readonly [PoweredSimBoard, PoweredSimBoard];

  constructor({ boards: [a, b] }: PoweredSimulator) {
    if (!a || !b) throw new Error("two boards are needed");
    this.#boards = [a, b];
  }

  /** Power comes on where it is off, and both are online. */
  async powerOn(): Promise<void> {
    await Promise.all(
      this.#boards.map(async (board) => {
        if (board.isOn) return;
        const from = board.events.length;
        board.powerOn();
        await board.until(({ part, event }) => part === "mqtt" && event === "online", from, limit);
      }),
    );
  }

  /** The first makes a code, the other is given it; ends when both say paired, or one has no power. */
  async pair(): Promise<void> {
    const [a, b] = this.#boards;
    const from = this.#boards.map(({ events }) => events.length);
    a.type("pair");
    const { text = "" } = await a.until(
      ({ text: line = "" }) => /pair .{4}-.{4}-/.test(line),
      from[0],
    );
    b.type(text.slice(text.indexOf(": pair") + 2));
    await this.untilCutOr(() =>
      this.#boards.every(({ events }, i) => events.slice(from[i]).some(isPaired)),
    );
  }

  /** The first ends the pair. */
  async unpair(): Promise<void> {
    const [a, b] = this.#boards;
    a.type("unpair board-b");
    await this.untilCutOr(async () => {
      const states = await Promise.all([a, b].map(stateOf));
      return states.every((state) => state === "alone");
    });
  }

  /** Both say the same: that the other is here, or that they are alone. */
  settle(wanted = ["here", "alone"]): Promise<string> {
    return agreed(this.#boards, wanted);
  }

  /** Both hear a reading of each other from now on. */
  async hear(): Promise<void> {
    await Promise.all(
      this.#boards.map((board) =>
        board.until(
          ({ part, event }) => part === "peer" && event === "reading",
          board.events.length,
          limit,
        ),
      ),
    );
  }

  /** Power goes at a write while a pair is made or ended; then all is well again. */
  async cut(planned: PlannedCut): Promise<void> {
    try {
      await this.goThrough(planned);
    } catch (error) {
      throw new Error(
        `${JSON.stringify(planned)}: ${error instanceof Error ? error.message : error}`,
      );
    }
  }

  /** A new pair goes on after a restart of either board, of the broker, and of all three. */
  async outlive(broker: RestartedBroker): Promise<void> {
    await this.pair();
    await this.hear();
    const { writes } = this;
    for (const which of [[0], [1], [0, 1]] as const) {
      this.powerOff(...which);
      await this.goOn();
    }
    await broker.halt();
    await broker.start();
    await this.goOn();
    this.powerOff(0, 1);
    await broker.halt();
    await broker.start();
    await this.goOn();
    assert.equal(this.writes, writes, "a pair in use writes nothing");
  }

  private async goOn(): Promise<void> {
    await this.powerOn();
    await this.settle(["here"]);
    await this.hear();
  }

  private async goThrough({ board, during, ...cut }: PlannedCut): Promise<void> {
    const at = this.#boards[board];
    if (during === "unpair") await this.pair();
    else at.files.cut = cut;
    if (during === "unpair") {
      await this.settle(["here"]);
      at.files.cut = cut;
      await this.unpair();
      // The last writes come when the other end has answered.
      const end = performance.now() + limit;
      while (at.isOn && performance.now() < end) await pause(20);
    } else await this.pair();
    assert.ok(!at.isOn, "the power has not gone: there is no such write");
    await this.powerOn();
    const state = await this.settle();
    // Whatever they agree on, a pair can be made and ended then.
    if (state === "alone") await this.pair();
    await this.settle(["here"]);
    await this.hear();
    await this.unpair();
    await this.settle(["alone"]);
  }

  /** Nothing of pairing is written while a pair is used. */
  get writes(): number {
    return this.#boards.reduce((sum, { files }) => sum + files.writes, 0);
  }

  powerOff(...which: readonly (0 | 1)[]): void {
    for (const index of which) this.#boards[index].powerOff();
  }

  private async untilCutOr(isDone: () => boolean | Promise<boolean>): Promise<void> {
    const end = performance.now() + limit;
    while (this.#boards.every(({ isOn }) => isOn)) {
      if (await isDone()) return;
      if (performance.now() > end) {
        const last = this.#boards.map(({ events }) => events.slice(-4).map(({ text }) => text));
        throw new Error(`nothing came of it: ${JSON.stringify(last)}`);
      }
      await pause(20);
    }
  }
}

/** Two boards that are online at a broker, and a witness of what goes over it. */
export async function withPairedBoards(
  url: string,
  body: (boards: PairedSimulator) => Promise<void>,
): Promise<void> {
  const { username, password, hostname, port } = new URL(url);
  const witness = await RecordWitness.start(url);
  const simulator = await PoweredSimulator.create({
    settings: {
      "mqtt.broker": `mqtt://${hostname}:${port}`,
      ...(username !== "" && { "mqtt.user": username, "mqtt.password": password }),
    },
    speed: 20,
  });
  try {
    const boards = new PairedSimulator(simulator);
    await boards.powerOn();
    await body(boards);
    witness.check();
  } finally {
    simulator.close();
    await witness.stop();
  }
}
