// SPDX-License-Identifier: MIT

import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Machine, MachineOptions, Turn } from "./machine.ts";
import { NetstringReader, netstring } from "./netstring.ts";

/** Where the C compiler of the package's install step left the engine. */
export function workerPath(): string {
  const folder = dirname(createRequire(import.meta.url).resolve("@agoric/xsnap/package.json"));
  const platform = process.platform === "darwin" ? "mac" : "lin";
  return join(folder, "xsnap-native/xsnap/build/bin", platform, "release/xsnap-worker");
}

/** Exit codes of the worker (its enum ExitCode). */
const exitReasons: Readonly<Record<number, string>> = Object.freeze({
  2: "lost its connection",
  11: "out of memory",
  12: "stack overflow",
  15: "uncaught exception",
  16: "out of keys",
  17: "too much computation",
});

/** An engine that does not end its turn is killed after this time, ms. */
const closeLimit = 200;

interface Command {
  readonly message: Buffer;
  readonly resolve: (turn: Turn) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The XS engine in a process of its own. It reads commands from file descriptor 3 and answers on 4;
 * when this process goes away, however it does, the end of the pipe ends the engine.
 */
export class XsMachine implements Machine {
  readonly #options: MachineOptions;
  readonly #child: ChildProcess;
  readonly #commands: Writable;
  /** The first has been sent. */
  readonly #queue: Command[] = [];
  #ending = false;
  #gone = false;
  #lastError = "";
  /** Settles when the process has gone and everything it printed has been handed on. */
  readonly ended: Promise<void>;
  readonly loaded: Promise<Turn>;

  constructor(options: MachineOptions) {
    this.#options = options;
    const snapshot = openSnapshot(options.snapshot);
    const child = spawnWorker(snapshot);
    this.#child = child;
    this.#commands = child.stdio[3] as Writable;
    const reader = new NetstringReader((message) => this.onMessage(message));
    (child.stdio[4] as Readable).on("data", (piece: Buffer) => reader.push(piece));
    this.#commands.on("error", () => {});
    // Nothing comes this way, but the process does not count as closed before its end is read.
    (child.stdio[3] as Readable).resume();
    createInterface({ input: child.stdout as Readable }).on("line", options.onPrint);
    createInterface({ input: child.stderr as Readable }).on("line", (line) => {
      this.#lastError = line;
    });
    child.on("error", (error) => this.onEnded(error.message));
    this.ended = new Promise((resolve) => {
      child.on("close", (code, signal) => {
        this.onEnded(this.reasonOf(code, signal));
        resolve();
      });
    });
    // A machine that comes from a snapshot has loaded the program, and only says so.
    this.loaded =
      snapshot === undefined
        ? this.send("e", Buffer.from(options.source))
        : this.send("R", Buffer.alloc(0));
    // Whoever does not wait for it must not be ended by it.
    this.loaded.catch(() => {});
  }

  /** Id of the engine's process. */
  get processId(): number | undefined {
    return this.#child.pid;
  }

  turn(command: Uint8Array): Promise<Turn> {
    return this.send("?", command);
  }

  /** Collects garbage and writes what the engine holds to a file, between two turns. */
  async writeSnapshot(path: string): Promise<void> {
    await this.send("w", Buffer.from(path));
  }

  close(): Promise<void> {
    this.#ending = true;
    this.#queue.push({
      message: netstring("q", Buffer.alloc(0)),
      resolve: () => {},
      reject: () => {},
    });
    if (this.#queue.length === 1) this.sendFirst();
    const timer = setTimeout(() => this.kill(), closeLimit);
    return this.ended.then(() => clearTimeout(timer));
  }

  kill(): void {
    this.#ending = true;
    this.#child.kill("SIGKILL");
  }

  private send(kind: string, body: Uint8Array): Promise<Turn> {
    return new Promise((resolve, reject) => {
      if (this.#gone) {
        reject(new Error("the engine has ended"));
        return;
      }
      this.#queue.push({ message: netstring(kind, body), resolve, reject });
      if (this.#queue.length === 1) this.sendFirst();
    });
  }

  /** One at a time: while a turn goes on, the engine takes what it reads for an answer to a call. */
  private sendFirst(): void {
    const first = this.#queue[0];
    if (first) this.#commands.write(first.message);
  }

  private answered(): Command | undefined {
    const command = this.#queue.shift();
    this.sendFirst();
    return command;
  }

  private onMessage(message: Buffer): void {
    const body = message.subarray(1);
    switch (message[0]) {
      case 0x3f: // ?
        this.#commands.write(netstring("/", this.#options.onCall(body)));
        break;
      case 0x2e: // .
        this.answered()?.resolve(turnOf(body));
        break;
      case 0x21: // !
        this.answered()?.reject(new Error(body.toString("utf8")));
        break;
    }
  }

  private reasonOf(code: number | null, signal: string | null): string {
    const reason =
      code === null ? `killed by ${signal}` : (exitReasons[code] ?? `exit code ${code}`);
    return this.#lastError === "" ? reason : `${reason} (${this.#lastError})`;
  }

  private onEnded(reason: string): void {
    this.#gone = true;
    for (const { reject } of this.#queue.splice(0)) reject(new Error(reason));
    if (this.#ending) return;
    this.#ending = true;
    this.#options.onExit(reason);
  }
}

/**
 * The snapshot, opened: it may be replaced by a newer one as long as boards start from it. Undefined
 * when it has gone; the engine then loads the source.
 */
function openSnapshot(path: string | undefined): number | undefined {
  if (path === undefined) return undefined;
  try {
    return openSync(path, "r");
  } catch {
    return undefined;
  }
}

/** Starts an engine, from a snapshot if there is one, which it reads from its file descriptor 5. */
function spawnWorker(snapshot: number | undefined): ChildProcess {
  // The worker may leave files where it runs.
  const folder = join(tmpdir(), "airpair-xs");
  mkdirSync(folder, { recursive: true });
  try {
    return spawn(workerPath(), snapshot === undefined ? [] : ["-r", "@5"], {
      stdio: ["ignore", "pipe", "pipe", "pipe", "pipe", snapshot ?? "ignore"],
      cwd: folder,
      // Ctrl-C is for the parent, which lets the firmware say goodbye first.
      detached: true,
    });
  } finally {
    if (snapshot !== undefined) closeSync(snapshot);
  }
}

/** `{"currentHeapCount":…,"compute":…,…}`, a byte 1, and the answer; or nothing at all. */
function turnOf(body: Buffer): Turn {
  if (body.length === 0) return { reply: new Uint8Array(), compute: 0, heapCount: 0, allocated: 0 };
  const end = body.indexOf(1);
  const meter = JSON.parse(body.toString("utf8", 0, end)) as {
    currentHeapCount: number;
    compute: number;
    allocate: number;
  };
  return {
    reply: new Uint8Array(body.subarray(end + 1)),
    compute: meter.compute,
    heapCount: meter.currentHeapCount,
    allocated: meter.allocate,
  };
}
