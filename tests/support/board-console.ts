// SPDX-License-Identifier: MIT

import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
const command = [
  process.execPath,
  "--import",
  join(root, "node_modules/tsx/dist/loader.mjs"),
  join(root, "hosts/sim/node/board-cli.ts"),
];
/** Longest life of a board in a test, ms. */
const limit = 60_000;

const version = spawnSync("script", ["--version"], { encoding: "utf8" });

/** For `test(…, { skip }, …)`: why there is no pseudo-terminal here, or false. */
export const withoutTerminal: string | false = /util-linux/.test(version.stdout ?? "")
  ? false
  : "script of util-linux is not installed; sudo apt-get install bsdutils";

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "airpair-board-"));
  process.once("exit", () => rmSync(folder, { recursive: true }));
  return folder;
}

export interface BoardConsoleOptions {
  /** Its console is a pseudo-terminal, as a person has it; otherwise pipes. */
  readonly terminal?: boolean;
  /** A board that was in this folder before: the new one finds what that has left. */
  readonly after?: BoardConsole;
}

/**
 * `npm run board -- …` as a process, in an empty folder of its own, which is there until the process
 * that tests ends.
 */
export class BoardConsole {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #waiting = new Set<() => void>();
  /** All that the console has shown. */
  output = "";
  /** What went to stderr; a terminal shows it too. */
  errors = "";
  /** Settles with the exit code, or the signal's name. */
  readonly ended: Promise<number | string>;

  constructor(args: readonly string[], { terminal = false, after }: BoardConsoleOptions = {}) {
    this.#folder = after ? after.#folder : createFolder();
    const words = [...command, ...args];
    const line = words.map((word) => `'${word}'`).join(" ");
    const [file = "", ...rest] = terminal ? ["script", "-qfec", line, "/dev/null"] : words;
    const child = spawn(file, rest, { cwd: this.#folder, stdio: ["pipe", "pipe", "pipe"] });
    this.#child = child;
    const timer = setTimeout(() => child.kill("SIGKILL"), limit);
    child.stdin.on("error", () => {});
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.output += text;
      for (const check of this.#waiting) check();
    });
    child.stderr.on("data", (bytes: Buffer) => {
      this.errors += bytes;
    });
    this.ended = new Promise((done) => {
      child.on("close", (code, signal) => {
        clearTimeout(timer);
        done(code ?? signal ?? "?");
        for (const check of this.#waiting) check();
      });
    });
  }

  type(text: string): void {
    this.#child.stdin?.write(text);
  }

  /** Nothing more is typed. */
  end(): void {
    this.#child.stdin?.end();
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Waits for `pattern` in what was shown after `from`; rejects when the board ends before. */
  until(pattern: RegExp, from = 0): Promise<void> {
    return new Promise((done, fail) => {
      const check = () => {
        const isFound = pattern.test(this.output.slice(from));
        const isOver = this.#child.exitCode !== null || this.#child.signalCode !== null;
        if (!isFound && !isOver) return;
        this.#waiting.delete(check);
        if (isFound) done();
        else fail(new Error(`ended before ${pattern}: ${this.output.slice(-2_000)}${this.errors}`));
      };
      this.#waiting.add(check);
      check();
    });
  }

  /** Process ids of the engines below this process. */
  get engines(): number[] {
    const table = execFileSync("ps", ["-e", "-o", "pid=,ppid=,comm="], { encoding: "utf8" });
    const rows = table.split("\n").map((line) => line.trim().split(/ +/));
    const below = [String(this.#child.pid)];
    for (const id of below) {
      for (const [child = "", parent] of rows) if (parent === id) below.push(child);
    }
    return rows
      .filter(([id = "", , name]) => name === "xsnap-worker" && below.includes(id))
      .map(([id]) => Number(id));
  }
}
