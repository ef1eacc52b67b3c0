// SPDX-License-Identifier: MIT

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { TestProcess } from "./test-process.ts";

const program = join(import.meta.dirname, "pseudo-terminal.py");

/** Why tests with pseudo-terminals cannot run here; false: they can. */
export const withoutTerminals =
  spawnSync("python3", ["--version"]).status === 0 ? false : "Python 3 is not installed";

/** All that comes out of a pseudo-terminal. */
class Terminal extends TestProcess {
  output = "";

  protected override take(text: string): void {
    this.output += text;
  }

  /** Waits for text; returns all of the output. */
  shows(wanted: string | RegExp): Promise<string> {
    const has = () =>
      typeof wanted === "string" ? this.output.includes(wanted) : wanted.test(this.output);
    return this.waitFor(
      () => (has() ? this.output : undefined),
      String(wanted),
      () => this.output,
    );
  }
}

/** A program in a terminal of its own, at which a test types. */
export class TerminalProcess extends Terminal {
  constructor(command: readonly string[], folder?: string) {
    super({ file: "python3", args: [program, ...command], folder });
  }
}

/** A serial line with the test in the place of the board. */
export class SerialLine extends Terminal {
  /** Of the port that a program opens. */
  async path(): Promise<string> {
    const [path = ""] = (await this.shows("\n")).split("\n");
    return path;
  }

  constructor() {
    super({ file: "python3", args: [program] });
  }
}
