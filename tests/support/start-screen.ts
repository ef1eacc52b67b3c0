// SPDX-License-Identifier: MIT

import { PaintedScreen } from "./painted-screen.ts";
import { nodeCommand, TestProcess } from "./test-process.ts";

export interface StartScreenOptions {
  readonly columns: number;
  readonly rows: number;
  /** Words in front of the command, as for `env`. */
  readonly env?: readonly string[];
  /** One that runs: this is started in the same folder. */
  readonly beside?: StartScreen;
}

/** `npm start -- …` on a pseudo-terminal of that size, in an empty folder of its own. */
export class StartScreen extends TestProcess {
  readonly screen: PaintedScreen;

  constructor(args: readonly string[], { columns, rows, env = [], beside }: StartScreenOptions) {
    const words = ["env", ...env, ...nodeCommand("hosts/sim/node/cli/cli.ts"), ...args];
    const line = words.map((word) => `'${word}'`).join(" ");
    // The program takes the place of the shell, which some leave beside it to answer Ctrl-C its own way.
    const command = `stty cols ${columns} rows ${rows}; exec ${line}`;
    super({ file: "script", args: ["-qfec", command, "/dev/null"], folder: beside?.folder });
    this.screen = new PaintedScreen(columns, rows);
  }

  /** Waits until some row shows `pattern`. */
  async row(pattern: RegExp): Promise<string> {
    const find = () => this.screen.lines.find((line) => pattern.test(line));
    return await this.waitFor(find, String(pattern), () => this.screen.lines.join("\n"));
  }

  /** Waits until no row shows `pattern`. */
  async without(pattern: RegExp): Promise<void> {
    const find = () => !this.screen.lines.some((line) => pattern.test(line)) || undefined;
    await this.waitFor(find, `no ${pattern}`, () => this.screen.lines.join("\n"));
  }

  /** Waits until `pattern` was written outside of the painted screen. */
  async printed(pattern: RegExp): Promise<void> {
    const find = () => pattern.test(this.screen.outside) || undefined;
    await this.waitFor(find, String(pattern), () => this.screen.outside);
  }

  protected override take(text: string): void {
    this.screen.write(text);
  }
}
