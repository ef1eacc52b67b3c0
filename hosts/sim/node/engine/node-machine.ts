// SPDX-License-Identifier: MIT

import { createContext, Script } from "node:vm";
import type { Machine, MachineOptions, Program, Turn } from "./machine.ts";
import { bundleName } from "./stack-map.ts";

type Handle = (command: ArrayBuffer) => ArrayBuffer;

interface Globals {
  /** Takes the turns of the only board. */
  handleCommand?: Handle;
  /** Makes one more board, and returns what takes its turns. */
  openBoard?: (issueCommand: Handle) => Handle;
}

/** The instance that boards share, by the program that it was made of. */
const shared = new Map<string, Globals>();

/**
 * The same bundle with the same frames in this Node process, for debugging and for many boards: break
 * points and stack traces lead to the TypeScript sources. Compute units and heap slots are not counted.
 */
export class NodeMachine implements Machine {
  readonly #options: MachineOptions;
  #handle: Handle | undefined;
  #ended = false;
  readonly loaded: Promise<Turn>;

  constructor(options: MachineOptions) {
    this.#options = options;
    const issueCommand: Handle = (command) => this.call(command);
    this.loaded = Promise.resolve().then(() => {
      if (options.isShared) this.#handle = sharedOf(options).openBoard?.(issueCommand);
      else this.#handle = run(options, { print: options.onPrint, issueCommand }).handleCommand;
      return { reply: new Uint8Array(), compute: 0, heapCount: 0, allocated: 0 };
    });
    this.loaded.catch((error) => this.exit(error));
  }

  async turn(command: Uint8Array): Promise<Turn> {
    await this.loaded;
    // Sockets and timers of this process come first: a busy board must not keep them waiting.
    await new Promise((done) => setImmediate(done));
    if (this.#ended) throw new Error("the machine has ended");
    const handle = this.#handle;
    if (!handle) throw new Error("the bundle takes no turns");
    const reply = new Uint8Array(handle(new Uint8Array(command).buffer));
    return { reply, compute: 0, heapCount: 0, allocated: 0 };
  }

  close(): Promise<void> {
    this.#ended = true;
    return Promise.resolve();
  }

  kill(): void {
    this.#ended = true;
  }

  private call(command: ArrayBuffer): ArrayBuffer {
    return new Uint8Array(this.#options.onCall(new Uint8Array(command))).buffer;
  }

  private exit(error: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#options.onExit(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

/** Code and its JIT are there once, so that a board more costs only what it keeps. */
function sharedOf(program: Program): Globals {
  const known = shared.get(program.source);
  if (known) return known;
  const { openBoard } = run(program, {});
  const globals = openBoard ? { openBoard } : {};
  shared.set(program.source, globals);
  return globals;
}

/** Runs a program in a global scope of its own, and takes out of it what nobody in there needs. */
function run(program: Program, provided: object): Globals {
  const globals: Globals = createContext({
    ...provided,
    TextEncoder,
    TextDecoder,
    Uint8Array,
    Uint16Array,
    ArrayBuffer,
    DataView,
    Error,
    RangeError,
    TypeError,
    performance,
  });
  new Script(withMap(program), { filename: bundleName }).runInContext(globals);
  const { handleCommand, openBoard } = globals;
  delete globals.openBoard;
  return { ...(handleCommand && { handleCommand }), ...(openBoard && { openBoard }) };
}

/** The script with its map inside, as a debugger wants it. */
function withMap({ source, map }: Program): string {
  if (map === undefined) return source;
  const base64 = Buffer.from(map).toString("base64");
  return `${source}\n//# sourceMappingURL=data:application/json;base64,${base64}\n`;
}
