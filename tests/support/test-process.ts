// SPDX-License-Identifier: MIT

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export interface TestProcessOptions {
  readonly file: string;
  readonly args: readonly string[];
  /** The folder of a process before; without one an empty folder. */
  readonly folder?: string | undefined;
  /** A file of that name stands in the folder. */
  readonly spoil?: string | undefined;
  /** Longest life, ms. */
  readonly life?: number;
}

const root = resolve(import.meta.dirname, "../..");
/** Longest life of a process in a test, ms, when nothing else is said. */
const usualLife = 60_000;

/** The words that run a TypeScript file of the project in Node, as the scripts of the package do. */
export function nodeCommand(source: string): [file: string, ...args: string[]] {
  return [process.execPath, join(root, "tools/start.mjs"), source];
}

const folders: string[] = [];
process.once("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** An empty folder, which is there until the process that tests ends. */
function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "airpair-test-"));
  folders.push(folder);
  return folder;
}

/** A process in a folder of its own. */
export abstract class TestProcess {
  readonly folder: string;
  readonly #child: ChildProcess;
  readonly #waiting = new Set<() => void>();
  /** What went to stderr; a terminal shows it too. */
  errors = "";
  /** It has ended, and all of its output has come: the pipes may hold some after its exit. */
  #isOver = false;
  /** Settles with the exit code, or the signal's name. */
  readonly ended: Promise<number | string>;

  constructor({
    file,
    args,
    folder = createFolder(),
    spoil,
    life = usualLife,
  }: TestProcessOptions) {
    this.folder = folder;
    if (spoil !== undefined) writeFileSync(join(folder, spoil), "");
    const child = spawn(file, args, { cwd: folder, stdio: ["pipe", "pipe", "pipe"] });
    this.#child = child;
    const timer = setTimeout(() => child.kill("SIGKILL"), life);
    child.stdin.on("error", () => {});
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.take(text);
      this.#check();
    });
    child.stderr.on("data", (bytes: Buffer) => {
      this.errors += bytes;
    });
    this.ended = new Promise((done) => {
      child.on("close", (code, signal) => {
        clearTimeout(timer);
        this.#isOver = true;
        done(code ?? signal ?? "?");
        this.#check();
      });
    });
  }

  /** Takes a piece of the output, whole characters; never from inside the constructor. */
  protected abstract take(text: string): void;

  /** Waits until `find` finds something in the output; rejects when the process ends before. */
  protected waitFor<T>(find: () => T | undefined, wanted: string, shown: () => string): Promise<T> {
    return new Promise((done, fail) => {
      const check = () => {
        const found = find();
        if (found === undefined && !this.#isOver) return;
        this.#waiting.delete(check);
        if (found !== undefined) done(found);
        else fail(new Error(`ended before ${wanted}: ${shown()}${this.errors}`));
      };
      this.#waiting.add(check);
      check();
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

  /** Process ids of the engines below this process, in the order of their start. */
  get engines(): number[] {
    return this.below((command) => /(^|\/)xsnap-worker\b/.test(command));
  }

  /** Process ids of the programs below this process whose command line `test` takes, in the order of their start. */
  below(test: (command: string) => boolean): number[] {
    const table = execFileSync("ps", ["-e", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
    const rows = [...table.matchAll(/^ *(\d+) +(\d+) (.*)$/gm)].map(([, ...row]) => row);
    const below = [String(this.#child.pid)];
    for (const id of below) {
      for (const [child = "", parent] of rows) if (parent === id) below.push(child);
    }
    return rows
      .filter(([id = "", , command = ""]) => below.slice(1).includes(id) && test(command))
      .map(([id]) => Number(id))
      .sort((a, b) => a - b);
  }

  #check(): void {
    for (const check of this.#waiting) check();
  }
}

/** True when a process with that id exists. */
export function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}
