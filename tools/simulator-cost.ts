// SPDX-License-Identifier: MIT

// npm run bench:boards [-- N]: what a simulated board takes of the PC. Starts N boards (default 50)
// by `npm start`, twice, as boards that start for the first time have no network stored; says how
// long the first published reading took from the command on, and how much memory the engines and
// the Node process have when all boards publish.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { boardId } from "../hosts/sim/node/board-names.ts";
import { wholeNumber } from "../hosts/sim/node/cli/option-values.ts";
import { readToolOptions } from "./tool-options.ts";

let boards = 50;
readToolOptions({
  command: "npm run bench:boards",
  purpose:
    "Starts boards twice by npm start, and says what they take of the PC: memory, time to start.",
  words: {
    name: "N",
    help: "number of boards, 1 to 50 (default 50)",
    check: (words) => {
      if (words.length > 0) boards = wholeNumber("bench:boards", words.join(" "), [1, 50]);
    },
  },
});
const root = resolve(import.meta.dirname, "..");
const id = "bench";
/** Longest time until all boards have published, ms. */
const limit = 120_000;

interface Memory {
  /** KB that would be free again without the process; shared pages are counted by share. */
  readonly engines: number;
  readonly node: number;
}

interface Run {
  /** ms from the command to the first published reading. */
  readonly first: number;
  readonly memory: Memory;
}

/** KB of a process: its share of what it shares with others where the system tells (Linux). */
function memoryOf(processId: number): number {
  try {
    const text = readFileSync(`/proc/${processId}/smaps_rollup`, "utf8");
    return Number(/^Pss: +(\d+)/m.exec(text)?.[1] ?? Number.NaN);
  } catch {
    return Number(
      execFileSync("ps", ["-o", "rss=", "-p", String(processId)], { encoding: "utf8" }),
    );
  }
}

/** Memory of the engines and of the process that started them, below this process. */
function measureMemory(child: ChildProcess): Memory {
  const table = execFileSync("ps", ["-e", "-o", "pid=,ppid=,comm="], { encoding: "utf8" });
  const rows = table.split("\n").map((line) => line.trim().split(/ +/));
  const below = new Set([String(child.pid)]);
  for (let size = 0; size < below.size; ) {
    size = below.size;
    for (const [processId = "", parent = ""] of rows) if (below.has(parent)) below.add(processId);
  }
  const engines = rows.filter(
    ([processId = "", , name = ""]) => below.has(processId) && name.endsWith("xsnap-worker"),
  );
  const [, simulator = ""] = engines[0] ?? [];
  return {
    engines: engines.reduce((sum, [processId]) => sum + memoryOf(Number(processId)), 0),
    node: memoryOf(Number(simulator)),
  };
}

function run(boards: number): Promise<Run> {
  const start = performance.now();
  const all = ["--json", "--set", "log.level=debug"];
  const args = ["start", "--silent", "--", ...all, "--id", id, "--boards", String(boards)];
  const stdio = ["ignore", "pipe", "inherit"] as const;
  const child = spawn("npm", args, { cwd: root, stdio: [...stdio], detached: true });
  // To npm and all below it, as Ctrl-C in a terminal.
  const signal = (name: NodeJS.Signals) => process.kill(-(child.pid ?? Number.NaN), name);
  const published = new Set<string>();
  let first = 0;
  let memory: Memory | undefined;
  return new Promise((done, fail) => {
    const timer = setTimeout(() => signal("SIGKILL"), limit);
    createInterface({ input: child.stdout }).on("line", (line) => {
      const { board, event, text } = JSON.parse(line) as Record<string, string | undefined>;
      // Not "waiting to publish".
      if (event !== "publish" || board === undefined || !text?.startsWith("publish ")) return;
      if (published.size === 0) first = performance.now() - start;
      published.add(board);
      if (published.size < boards || memory) return;
      memory = measureMemory(child);
      signal("SIGINT");
    });
    child.on("close", () => {
      clearTimeout(timer);
      if (memory) done({ first, memory });
      else fail(new Error(`${published.size} of ${boards} boards have published`));
    });
  });
}

function say(text: string): void {
  process.stdout.write(`measured: ${text}\n`);
}

try {
  for (const name of ["without a stored network", "with a stored network"]) {
    const { first, memory } = await run(boards);
    const [engine, share] = [memory.engines, memory.node].map((kb) => kb / 1_024 / boards);
    const each = ((engine ?? 0) + (share ?? 0)).toFixed(1);
    say(`${boards} boards ${name}: first published reading after ${(first / 1_000).toFixed(2)} s`);
    say(
      `${each} MB a board: ${engine?.toFixed(1)} MB its engine, ${share?.toFixed(1)} MB its share of Node's ${(memory.node / 1_024).toFixed(0)} MB`,
    );
  }
} finally {
  for (let i = 0; i < boards; i++) {
    rmSync(join(root, ".airpair", boardId(id, i)), { recursive: true, force: true });
  }
}
