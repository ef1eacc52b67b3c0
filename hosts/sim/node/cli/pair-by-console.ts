// SPDX-License-Identifier: MIT

import type { SimBoard } from "../board/board.ts";
import type { FleetTrace } from "./fleet-trace.ts";
import type { BoardLine } from "./screen/log-line.ts";

/** Longest time for a pair, ms of the PC: a board itself gives up after 90 s. */
const limit = 95_000;
const interrupt = "\x03";

type TypedBoard = Pick<SimBoard, "id" | "type" | "isRunning">;

/** An answer of a board's console to what was typed there; undefined: the line is something else. */
function answerIn({ part, event, level, text }: BoardLine): Answer | undefined {
  if (part !== "command" || event === "skipped") return undefined;
  return { text, isRefusal: level === "warn" || level === "error" };
}

interface Answer {
  readonly text: string;
  readonly isRefusal: boolean;
}

/**
 * Pairs two boards as a person does: types `pair` on one, and the code that it shows on the other.
 * Settles with what the other says; rejects with the words of the one that refuses.
 */
export async function pairByConsole(
  trace: FleetTrace,
  one: TypedBoard,
  other: TypedBoard,
): Promise<string> {
  if (one.id === other.id) throw new Error("a board is not paired with itself");
  const off = [one, other].find(({ isRunning }) => !isRunning);
  if (off) throw new Error(`${off.id} has no power`);
  const shown = await ask(trace, one, "pair", / pair ([0-9A-Z]{4}(?:-[0-9A-Z]{4}){2})$/);
  const [, code = ""] = shown;
  try {
    const [said] = await ask(trace, other, `pair ${code}`, /^paired with .*$/);
    return said;
  } catch (error) {
    // The code is withdrawn.
    one.type(interrupt);
    throw error;
  }
}

/** Ends a pair, as a person does at one of the two. */
export async function unpairByConsole(
  trace: FleetTrace,
  board: TypedBoard,
  peer: string,
): Promise<string> {
  if (!board.isRunning) throw new Error(`${board.id} has no power`);
  const [said] = await ask(trace, board, `unpair ${peer}`, /^.*$/);
  return said;
}

/** Types a command and waits for the answer that has `pattern`, or for a refusal. */
function ask(
  trace: FleetTrace,
  board: TypedBoard,
  command: string,
  pattern: RegExp,
): Promise<RegExpExecArray> {
  return new Promise((done, fail) => {
    const finish = (act: () => void) => {
      clearTimeout(timer);
      stop();
      act();
    };
    const timer = setTimeout(() => {
      finish(() => fail(new Error(`${board.id} does not answer ${command.split(" ")[0]}`)));
    }, limit);
    const stop = trace.listen(board.id, (line) => {
      const answer = answerIn(line);
      if (!answer) return;
      const found = pattern.exec(answer.text);
      if (answer.isRefusal) finish(() => fail(new Error(`${board.id}: ${answer.text}`)));
      else if (found) finish(() => done(found));
    });
    board.type(`${command}\n`);
  });
}
