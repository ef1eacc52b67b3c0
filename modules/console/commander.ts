// SPDX-License-Identifier: MIT

import { AppError, messageOf } from "../base/app-error.ts";
import type { Command } from "./command.ts";

/** What a command line led to. */
export interface CommandAnswer {
  readonly ok: boolean;
  readonly text: string;
}

/** A command that does not exist or was given wrong words. */
export class CommandError extends AppError {
  override get name(): string {
    return "CommandError";
  }
}

/** Longest command line that is looked at. */
const longestLine = 256;

/** Runs command lines, whoever sent them; never throws. */
export class Commander {
  readonly #commands: readonly Command[];

  constructor(commands: readonly Command[]) {
    this.#commands = [{ name: "help", help: "this list", run: () => this.#list() }, ...commands];
  }

  run(line: string): CommandAnswer {
    try {
      return { ok: true, text: this.#run(line) };
    } catch (error) {
      return { ok: false, text: messageOf(error) };
    }
  }

  #list(): string {
    const width = Math.max(...this.#commands.map(({ name }) => name.length));
    return this.#commands.map(({ name, help }) => `${name.padEnd(width)}  ${help}`).join("\n");
  }

  #run(line: string): string {
    if (line.length > longestLine) {
      throw new CommandError({
        code: "console/too-long",
        what: `command line of ${line.length} characters refused`,
        todo: `${longestLine} are allowed`,
      });
    }
    const words = line.split(" ").filter((word) => word !== "");
    const command = this.#commands.find(({ name }) => name === words[0]);
    if (command) return command.run(words.slice(1));
    throw new CommandError({
      code: "console/unknown",
      what: words.length === 0 ? "empty command" : `unknown command ${JSON.stringify(words[0])}`,
      todo: `known are ${this.#commands.map(({ name }) => name).join(", ")}`,
    });
  }
}
