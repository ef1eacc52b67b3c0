// SPDX-License-Identifier: MIT

import { spawnSync } from "node:child_process";
import { nodeCommand, TestProcess } from "./test-process.ts";

const version = spawnSync("script", ["--version"], { encoding: "utf8" });

/** For `test(…, { skip }, …)`: why there is no pseudo-terminal here, or false. */
export const withoutTerminal: string | false = /util-linux/.test(version.stdout ?? "")
  ? false
  : "script of util-linux is not installed; sudo apt-get install bsdutils";

export interface BoardConsoleOptions {
  /** Its console is a pseudo-terminal, as a person has it; otherwise pipes. */
  readonly terminal?: boolean;
  /** A board that was in this folder before: the new one finds what that has left. */
  readonly after?: BoardConsole;
  /** Longest life of the process, ms. */
  readonly life?: number;
}

/** `npm run board -- …` as a process, in a folder of its own, empty unless `after` says so. */
export class BoardConsole extends TestProcess {
  /** All that the console has shown. */
  output = "";

  constructor(
    args: readonly string[],
    { terminal = false, after, life }: BoardConsoleOptions = {},
  ) {
    const words = [...nodeCommand("hosts/sim/node/cli/board-cli.ts"), ...args];
    const line = words.map((word) => `'${word}'`).join(" ");
    const [file = "", ...rest] = terminal ? ["script", "-qfec", line, "/dev/null"] : words;
    super({ file, args: rest, folder: after?.folder, ...(life !== undefined && { life }) });
  }

  /** Waits for `pattern` in what was shown after `from`; rejects when the board ends before. */
  async until(pattern: RegExp, from = 0): Promise<void> {
    const find = () => pattern.test(this.output.slice(from)) || undefined;
    await this.waitFor(find, String(pattern), () => this.output.slice(-2_000));
  }

  protected override take(text: string): void {
    this.output += text;
  }
}
