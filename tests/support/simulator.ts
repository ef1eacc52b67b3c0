// SPDX-License-Identifier: MIT

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

/** One object of the simulator's `--json` output. */
export interface SimEvent {
  readonly board?: string;
  readonly part?: string;
  readonly event?: string;
  readonly text?: string;
  readonly payload?: string;
  readonly topic?: string;
}

const root = resolve(import.meta.dirname, "../..");
/** Longest life of a simulator in a test, ms. */
const limit = 60_000;

/** `npm start -- --json …` as a process, in an empty folder of its own. */
export class Simulator {
  readonly #child: ChildProcess;
  readonly #folder = mkdtempSync(join(tmpdir(), "airpair-system-"));
  readonly #waiting = new Set<() => void>();
  readonly events: SimEvent[] = [];
  /** What went to stderr. */
  errors = "";
  /** Settles with the exit code, or the signal's name. */
  readonly ended: Promise<number | string>;

  /** `spoil`: a file of that name stands in the folder. */
  constructor(args: readonly string[], { spoil }: { readonly spoil?: string } = {}) {
    if (spoil !== undefined) writeFileSync(join(this.#folder, spoil), "");
    const cli = join(root, "hosts/sim/node/cli.ts");
    const tsx = join(root, "node_modules/tsx/dist/loader.mjs");
    const child = spawn(process.execPath, ["--import", tsx, cli, "--json", ...args], {
      cwd: this.#folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    const timer = setTimeout(() => child.kill("SIGKILL"), limit);
    createInterface({ input: child.stdout }).on("line", (line) => {
      this.events.push(JSON.parse(line) as SimEvent);
      for (const check of this.#waiting) check();
    });
    child.stderr.on("data", (bytes: Buffer) => {
      this.errors += bytes;
    });
    this.ended = new Promise((done) => {
      child.on("close", (code, signal) => {
        clearTimeout(timer);
        rmSync(this.#folder, { recursive: true });
        done(code ?? signal ?? "?");
        for (const check of this.#waiting) check();
      });
    });
  }

  /** Waits until `test` is true of some event; rejects when the simulator ends before. */
  until(test: (event: SimEvent) => boolean): Promise<SimEvent> {
    return new Promise((done, fail) => {
      const check = () => {
        const found = this.events.find(test);
        if (!found && this.#child.exitCode === null && this.#child.signalCode === null) return;
        this.#waiting.delete(check);
        if (found) done(found);
        else fail(new Error(`the simulator ended before: ${this.errors}`));
      };
      this.#waiting.add(check);
      check();
    });
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Process ids of the boards' engines, in the order of the boards. */
  get engines(): number[] {
    const list = execFileSync("ps", ["-o", "pid=,comm=", "--ppid", String(this.#child.pid)]);
    return list
      .toString()
      .split("\n")
      .filter((line) => line.includes("xsnap-worker"))
      .map((line) => Number.parseInt(line, 10))
      .sort((a, b) => a - b);
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
