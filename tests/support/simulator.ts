// SPDX-License-Identifier: MIT

import { nodeCommand, TestProcess } from "./test-process.ts";

/** One object of the simulator's `--json` output. */
export interface SimEvent {
  readonly board?: string;
  readonly part?: string;
  readonly event?: string;
  readonly text?: string;
  readonly payload?: string;
  readonly topic?: string;
}

/** `npm start -- --json …` as a process, in an empty folder of its own. */
export class Simulator {
  readonly #process: TestProcess;
  readonly events: SimEvent[] = [];
  #rest = "";

  /** `spoil`: a file of that name stands in the folder. */
  constructor(args: readonly string[], { spoil }: { readonly spoil?: string } = {}) {
    const [file, ...rest] = nodeCommand("hosts/sim/node/cli.ts");
    this.#process = new TestProcess({
      file,
      args: [...rest, "--json", ...args],
      spoil,
      onOutput: (text) => this.#take(text),
    });
    this.#process.end();
  }

  /** What went to stderr. */
  get errors(): string {
    return this.#process.errors;
  }

  /** Settles with the exit code, or the signal's name. */
  get ended(): Promise<number | string> {
    return this.#process.ended;
  }

  /** Process ids of the boards' engines, in the order of the boards. */
  get engines(): number[] {
    return this.#process.engines;
  }

  /** Waits until `test` is true of some event; rejects when the simulator ends before. */
  until(test: (event: SimEvent) => boolean): Promise<SimEvent> {
    return this.#process.until(
      () => this.events.find(test),
      "the event",
      () => "",
    );
  }

  signal(name: NodeJS.Signals): void {
    this.#process.signal(name);
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.events.push(JSON.parse(line) as SimEvent);
  }
}
