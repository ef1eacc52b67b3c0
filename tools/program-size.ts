// SPDX-License-Identifier: MIT

// `npm run size`: what the firmware of a board takes of its flash memory, counted on the XS engine of the
// simulator, and which files that comes from. Words of the build and `--board NAME` as for build:esp32.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { takeSnapshot } from "../hosts/sim/node/engine/snapshot.ts";
import { messageOf } from "../modules/base/app-error.ts";
import {
  type BoardProgram,
  type BoardProgramOptions,
  bundleBoardProgram,
  programShares,
} from "./board-program.ts";
import { type Board, boardNamed, boards, buildWords, usualBoard } from "./boards.ts";
import { programEntry, programFiles } from "./build-parts.ts";
import { absentFiles } from "./firmware-parts.ts";
import { type FlashSize, snapshotSize } from "./flash-size.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Gives what a build of a board with its words and these is made of, while `use` lasts. */
async function withOptions<Result>(
  board: Board,
  more: readonly string[],
  use: (options: BoardProgramOptions) => Promise<Result>,
): Promise<Result> {
  const words = [...board.parts, ...more];
  const start = programFiles(words, {}, board).find(({ path }) => path === programEntry);
  // As deep as the build's folder, for the sake of the imports.
  mkdirSync(join(root, "build"), { recursive: true });
  const folder = mkdtempSync(join(root, "build", "size-"));
  try {
    writeFileSync(join(folder, "start.ts"), start?.text ?? "");
    const entry = relative(root, join(folder, "start.ts"));
    const keepsPrivate = words.includes("js");
    return await use({ root, entry, absent: absentFiles(words), keepsPrivate });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The firmware of a board with these words beside its own, as it is built. */
export function programFor(board: Board, words: readonly string[] = []): Promise<BoardProgram> {
  return withOptions(board, words, bundleBoardProgram);
}

/** A program on the engine of the simulator, where what is in C or of the SDK is something else. */
function asScript(source: string): string {
  const standIns = source
    .replace(/^import (\w+) from "[^"]+";$/gm, "const $1 = class {};")
    .replace(/^import \{ ([^}]+) \} from "[^"]+";$/gm, (_, names: string) =>
      names
        .split(", ")
        .map((name) => `const ${name.split(" as ").at(-1)} = () => {};`)
        .join(" "),
    )
    .replace(/^export \{\s*(\w+) as default\s*\};$/gm, "globalThis.kept = $1;");
  if (/^(import|export) /m.test(standIns)) throw new Error("an import that is not understood");
  return `"use strict";(() => {${standIns}})();globalThis.handleCommand = () => new ArrayBuffer(0);`;
}

/** What a program takes, beside what every program takes: the same at each count. */
export async function programSize(source: string): Promise<FlashSize> {
  const folder = mkdtempSync(join(tmpdir(), "airpair-size-"));
  try {
    const count = async (text: string) =>
      snapshotSize(await takeSnapshot({ source: asScript(text) }, join(folder, "heap")));
    const [all, none] = [await count(source), await count("")];
    return { bytes: all.bytes - none.bytes, slots: all.slots - none.slots };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const number = (value: number) => Math.round(value).toLocaleString("en").padStart(10);

/** Lines with the whole and its parts; a part has the share of its text. */
export function sizeTable(
  shares: ReadonlyMap<string, number>,
  { bytes, slots }: FlashSize,
): string {
  const all = bytes + 16 * slots;
  const text = [...shares.values()].reduce((sum, share) => sum + share, 0);
  const list = (parts: ReadonlyMap<string, number>, most: number) =>
    [...parts]
      .sort(([, a], [, b]) => b - a)
      .slice(0, most)
      .map(([name, share]) => `${number((all * share) / text)}  ${name}`);
  const folders = new Map<string, number>();
  for (const [path, share] of shares) {
    const folder = dirname(path);
    folders.set(folder, (folders.get(folder) ?? 0) + share);
  }
  return [
    `${number(bytes)}  bytes of code, names and texts`,
    `${number(slots)}  slots of 16 bytes`,
    `${number(all)}  bytes, shared out by the text of each folder and file:`,
    "",
    ...list(folders, folders.size),
    "",
    ...list(shares, 60),
  ].join("\n");
}

const usage = `Usage: npm run size -- [--board NAME] [WORD...]

Counts what the firmware of a board takes of its flash memory, on the engine of the simulator.

  --board NAME  ${Object.keys(boards).join(" or ")}; default ${usualBoard}
  WORD...       ${buildWords.join(", ")}
  --help        this text`;

async function main(): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        board: { type: "string", default: usualBoard },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help || positionals[0] === "help") {
      console.log(usage);
      return 0;
    }
    const wrong = positionals.find((word) => !buildWords.includes(word));
    if (wrong !== undefined) {
      throw new Error(`${wrong} is no word of the build; there are ${buildWords.join(", ")}`);
    }
    const board = boardNamed(values.board);
    const { source } = await programFor(board, positionals);
    const shares = await withOptions(board, positionals, programShares);
    console.log(sizeTable(shares, await programSize(source)));
    return 0;
  } catch (error) {
    console.error(messageOf(error));
    return 2;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main();
