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
}

/** `npm run board -- …` as a process, in a folder of its own, empty unless `after` says so. */
export class BoardConsole {
  readonly #process: TestProcess;
  /** All that the console has shown. */
  output = "";

  constructor(args: readonly string[], { terminal = false, after }: BoardConsoleOptions = {}) {
    const words = [...nodeCommand("hosts/sim/node/board-cli.ts"), ...args];
    const line = words.map((word) => `'${word}'`).join(" ");
    const [file = "", ...rest] = terminal ? ["script", "-qfec", line, "/dev/null"] : words;
    const onOutput = (text: string) => {
      this.output += text;
    };
    const folder = after ? after.#process.folder : undefined;
    this.#process = new TestProcess({ file, args: rest, folder, onOutput });
  }

  /** What went to stderr; a terminal shows it too. */
  get errors(): string {
    return this.#process.errors;
  }

  /** Settles with the exit code, or the signal's name. */
  get ended(): Promise<number | string> {
    return this.#process.ended;
  }

  /** Process ids of the engines below this process. */
  get engines(): number[] {
    return this.#process.engines;
  }

  type(text: string): void {
    this.#process.type(text);
  }

  /** Nothing more is typed. */
  end(): void {
    this.#process.end();
  }

  signal(name: NodeJS.Signals): void {
    this.#process.signal(name);
  }

  /** Waits for `pattern` in what was shown after `from`; rejects when the board ends before. */
  async until(pattern: RegExp, from = 0): Promise<void> {
    const find = () => pattern.test(this.output.slice(from)) || undefined;
    await this.#process.until(find, String(pattern), () => this.output.slice(-2_000));
  }
}
