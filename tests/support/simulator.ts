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

const everything = ["--json", "--set", "log.level=debug"];

/**
 * `npm start -- --json …` as a process, in an empty folder of its own. It shows a reading also as it was
 * published, and as the other board has heard it.
 */
export class Simulator extends TestProcess {
  readonly events: SimEvent[] = [];
  #rest = "";

  /** `spoil`: a file of that name stands in the folder; `life`: its longest, ms. */
  constructor(
    args: readonly string[],
    { spoil, life }: { readonly spoil?: string; readonly life?: number } = {},
  ) {
    const [file, ...rest] = nodeCommand("hosts/sim/node/cli/cli.ts");
    super({
      file,
      args: [...rest, ...everything, ...args],
      spoil,
      ...(life !== undefined && { life }),
    });
    this.end();
  }

  /** Waits until `test` is true of some event; rejects when the simulator ends before. */
  until(test: (event: SimEvent) => boolean): Promise<SimEvent> {
    return this.waitFor(
      () => this.events.find(test),
      "the event",
      () => "",
    );
  }

  protected override take(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.events.push(JSON.parse(line) as SimEvent);
  }
}
