// SPDX-License-Identifier: MIT

import { randomBytes } from "node:crypto";
import { makeCode, shownCode } from "../../modules/pairing/pairing-code.ts";
import type { BoardFeed } from "./board-feed.ts";
import { PageError } from "./page-error.ts";

/** Longest wait for a pair, ms: a board itself gives up after a minute, or 90 s when it has one half made. */
const pairLimit = 95_000;
const own = { randomBytes: (count: number) => new Uint8Array(randomBytes(count)) };

/**
 * Pairs two boards over MQTT with a code that is made here: one offers it, the other joins. Settles with
 * what the other says. Rejects with PageError, in the words of the board that refuses; the other is told
 * to wait no longer, as the code has been seen by the broker.
 */
export async function pairByCommand(
  feed: Pick<BoardFeed, "ask">,
  one: string,
  other: string,
): Promise<string> {
  if (one === other) throw new PageError(400, "a board is not paired with itself");
  const ask = async (board: string, command: string, limit?: number): Promise<string> => {
    const { ok, text } = await feed.ask(board, command, limit);
    if (!ok) throw new PageError(409, `${board}: ${text}`);
    return text;
  };
  // Both are there and take it: before that no code is made.
  await Promise.all([one, other].map((board) => ask(board, "pairs")));
  const code = shownCode(makeCode(own));
  const waiting = new Set([one, other]);
  const end = (board: string, command: string): Promise<string> =>
    ask(board, command, pairLimit).finally(() => waiting.delete(board));
  try {
    const [, said] = await Promise.all([
      end(one, `pair offer ${code}`),
      end(other, `pair ${code}`),
    ]);
    return said;
  } catch (error) {
    // Not the one that has answered: it may be at something else that was begun.
    for (const board of waiting) feed.ask(board, "pair stop").catch(() => {});
    throw error;
  }
}
