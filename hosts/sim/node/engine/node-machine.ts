// SPDX-License-Identifier: MIT

import { createContext, Script } from "node:vm";
import type { Machine, MachineOptions, Program, Turn } from "./machine.ts";
import { bundleName } from "./stack-map.ts";

interface Globals {
  handleCommand?: (command: ArrayBuffer) => ArrayBuffer;
}

/**
 * The same bundle with the same frames in this Node process, for debugging: break points and stack
 * traces lead to the TypeScript sources. Compute units and heap slots are not counted.
 */
export class NodeMachine implements Machine {
  readonly #options: MachineOptions;
  readonly #globals: Globals;
  #ended = false;
  readonly loaded: Promise<Turn>;

  constructor(options: MachineOptions) {
    this.#options = options;
    this.#globals = createContext({
      print: options.onPrint,
      issueCommand: (command: ArrayBuffer) => this.call(command),
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
    }) as Globals;
    this.loaded = Promise.resolve().then(() => {
      new Script(withMap(options), { filename: bundleName }).runInContext(this.#globals as object);
      return { reply: new Uint8Array(), compute: 0, heapCount: 0, allocated: 0 };
    });
    this.loaded.catch((error) => this.exit(error));
  }

  async turn(command: Uint8Array): Promise<Turn> {
    await this.loaded;
    // Sockets and timers of this process come first: a busy board must not keep them waiting.
    await new Promise((done) => setImmediate(done));
    if (this.#ended) throw new Error("the machine has ended");
    const handle = this.#globals.handleCommand;
    if (!handle) throw new Error("the bundle has no handleCommand");
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

/** The script with its map inside, as a debugger wants it. */
function withMap({ source, map }: Program): string {
  if (map === undefined) return source;
  const base64 = Buffer.from(map).toString("base64");
  return `${source}\n//# sourceMappingURL=data:application/json;base64,${base64}\n`;
}
