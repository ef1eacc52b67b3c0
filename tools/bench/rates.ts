// SPDX-License-Identifier: MIT

import { type Direction, directions, levels, type QoS } from "./counts.ts";
import { RatedBoard } from "./rated-board.ts";

/** Messages of one kind through a real socket and a broker. */
export interface Rate {
  readonly direction: Direction;
  readonly QoS: QoS;
  /** Messages of one run. */
  readonly messages: number;
  /** Messages per second of every run, best first. */
  readonly perSecond: readonly number[];
  /** Turns of the engine for one message: trips over the pipe to it and back. */
  readonly turnsPerMessage: number;
}

/** Measures all kinds of messages, `runs` times each, the kinds in turn. */
export async function measureRates(messages: number, runs: number): Promise<Rate[]> {
  const board = await RatedBoard.open();
  const kinds = directions.flatMap((direction) => levels.map((QoS) => ({ direction, QoS })));
  const found = kinds.map((kind) => ({ ...kind, messages, perSecond: [] as number[], turns: 0 }));
  try {
    for (const { direction, QoS } of kinds) await board.run(direction, QoS, 200);
    for (let run = 0; run < runs; run++) {
      for (const rate of found) {
        const { milliseconds, turns } = await board.run(rate.direction, rate.QoS, messages);
        rate.perSecond.push(Math.round((1_000 * messages) / milliseconds));
        rate.turns += turns;
      }
    }
  } finally {
    await board.close();
  }
  return found.map(({ turns, perSecond, ...rate }) => ({
    ...rate,
    perSecond: perSecond.sort((a, b) => b - a),
    turnsPerMessage: turns / (messages * runs),
  }));
}
