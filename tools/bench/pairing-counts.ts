// SPDX-License-Identifier: MIT

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { answerCrypto } from "../../hosts/sim/node/board/crypto-calls.ts";
import { bundleFirmware } from "../../hosts/sim/node/engine/bundle.ts";
import { XsMachine } from "../../hosts/sim/node/engine/xs-machine.ts";
import { operations, readFrames } from "../../hosts/sim/protocol.ts";
import { seededRandom } from "../../tests/support/random.ts";
import { type Chosen, type Done, pairingSteps } from "./pairing-steps.ts";

/** What one side of something costs, without what its library takes. */
export interface PairingCost {
  readonly name: string;
  readonly turns: number;
  /** XS compute units of all turns, and of the largest. */
  readonly units: number;
  readonly largest: number;
  readonly multiplications: number;
  /** Multiplications of the turn with most of them. */
  readonly mostInATurn: number;
  /** Other calls of the library. */
  readonly calls: number;
  readonly messages: number;
  readonly bytes: number;
  /** It comes before the loop. */
  readonly isBoot?: boolean;
}

export interface PairingCounts {
  readonly costs: readonly PairingCost[];
  /** Another machine has counted the same. */
  readonly repeats: boolean;
}

const program = join(dirname(fileURLToPath(import.meta.url)), "xs", "counted-pairing.ts");
/** A run ends after so many turns. */
const maxTurns = 400;

/** One turn of a board. */
interface CountedTurn extends Done {
  readonly board: number;
  readonly message: number | undefined;
  readonly units: number;
}

/** Two boards on an XS machine of their own; what a turn costs by itself is taken off. */
class PairingMachine {
  readonly #machine: XsMachine;
  #failure: string | undefined;

  constructor(source: string) {
    const random = seededRandom(7);
    this.#machine = new XsMachine({
      source,
      onCall: (command) => answerTo(command, random),
      onPrint: () => {},
      onExit: (reason) => {
        this.#failure = reason;
      },
    });
  }

  /** Makes a board do something. */
  async turn(board: number, step: number, message?: number): Promise<CountedTurn> {
    const { compute } = await this.run(step);
    const done = await this.ask<Done>(pairingSteps.report);
    const { compute: ofLibrary } = await this.run(pairingSteps.repeatCalls);
    return { ...done, board, message, units: compute - ofLibrary };
  }

  /** Lets happen what comes next, until something is so; returns the turns. */
  async until(isSo: (done: CountedTurn) => boolean): Promise<CountedTurn[]> {
    const turns: CountedTurn[] = [];
    while (turns.length < maxTurns) {
      const { board, message } = await this.ask<Chosen>(pairingSteps.choose);
      if (board === undefined) break;
      const turn = await this.turn(board, pairingSteps.act, message);
      turns.push(turn);
      if (isSo(turn)) return turns;
    }
    throw new Error("two boards of the count of pairing do not come together");
  }

  /** Makes something happen that is not measured. */
  async do(step: number): Promise<void> {
    await this.run(step);
  }

  async close(): Promise<void> {
    await this.#machine.close();
  }

  private async ask<Answer>(step: number): Promise<Answer> {
    return JSON.parse(Buffer.from((await this.run(step)).reply).toString());
  }

  private async run(step: number) {
    try {
      return await this.#machine.turn(Uint8Array.of(step));
    } catch (error) {
      throw new Error(`the count of pairing has failed: ${this.#failure ?? error}`);
    }
  }
}

/** Answers a call of cryptography, with random bytes that are the same each time. */
function answerTo(command: Uint8Array, random: () => number): Uint8Array {
  let answer: Uint8Array = new Uint8Array();
  readFrames(command, 0, ({ operation, payload }) => {
    answer = answerCrypto(operation, payload);
    if (operation === operations.cryptoRandom) {
      answer = answer.map(() => Math.floor(random() * 256));
    }
  });
  return Buffer.concat([Buffer.from([0]), answer]);
}

function costOf(name: string, turns: readonly CountedTurn[]): PairingCost {
  const sum = (value: (turn: CountedTurn) => number) =>
    turns.reduce((total, turn) => total + value(turn), 0);
  const most = (value: (turn: CountedTurn) => number) => Math.max(...turns.map(value));
  return {
    name,
    turns: turns.length,
    units: sum(({ units }) => units),
    largest: most(({ units }) => units),
    multiplications: sum(({ multiplications }) => multiplications),
    mostInATurn: most(({ multiplications }) => multiplications),
    calls: sum(({ calls }) => calls),
    messages: sum(({ sent }) => sent.length),
    bytes: sum(({ sent }) => sent.reduce((total, [, length]) => total + length, 0)),
  };
}

/** A pair is made, both boards start again, and one tells the other a reading. */
async function runOnce(machine: PairingMachine): Promise<PairingCost[]> {
  const of = (board: number, turns: readonly CountedTurn[]) =>
    turns.filter((turn) => turn.board === board);
  await machine.do(pairingSteps.open);
  const begun = [
    await machine.turn(0, pairingSteps.offer),
    await machine.turn(1, pairingSteps.join),
  ];
  const pairing = [...begun, ...(await machine.until(({ paired }) => paired[1] === true))];
  await machine.until(({ paired }) => paired[0] === true);
  const started = [
    await machine.turn(0, pairingSteps.start),
    await machine.turn(1, pairingSteps.startOther),
  ];
  const isThere = ({ present }: Done) => present.every((each) => each);
  const keys = await machine.until(isThere);
  const told = await machine.turn(0, pairingSteps.tell);
  const taken = await machine.until(({ shown }) => shown[1] === true);
  const arrived = taken.filter(({ message }) => message !== undefined);
  return [
    costOf("a pair: the board that makes the code", of(0, pairing)),
    costOf("a pair: the board that is given it", of(1, pairing)),
    costOf("new keys: the board that made the code", of(0, keys)),
    costOf("new keys: the other", of(1, keys)),
    costOf("a reading sealed and sent", [told]),
    costOf("a reading opened", arrived),
    costOf("a reading shown", taken.slice(-1)),
    { ...costOf("at the start: the peer is loaded", started.slice(0, 1)), isBoot: true },
  ];
}

/** The exact costs of pairing. */
export async function countPairing(): Promise<PairingCounts> {
  const { source } = await bundleFirmware(program);
  const count = async () => {
    const machine = new PairingMachine(source);
    try {
      // Once before, so that the caches of XS are full.
      await runOnce(machine);
      return await runOnce(machine);
    } finally {
      await machine.close();
    }
  };
  const costs = await count();
  return { costs, repeats: JSON.stringify(costs) === JSON.stringify(await count()) };
}
