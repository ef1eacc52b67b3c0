// SPDX-License-Identifier: MIT

import { messageOf } from "../base/app-error.ts";
import type { Timers } from "../base/clock.ts";
import type { Command } from "./command.ts";
import { CommandError, UsageError } from "./command-error.ts";
import { checkCount, wordsOf } from "./command-words.ts";
import { type LongCommand, type ReplyOwner, RunningCommand } from "./running-command.ts";

/** What a command line led to. */
export interface CommandAnswer {
  readonly ok: boolean;
  /** The answer, or of a command that takes time what goes on. */
  readonly text: string;
  /** What goes on; its answer goes to its owner. */
  readonly running?: RunningCommand;
}

export interface CommanderOptions<View> {
  readonly commands: readonly Command<View>[];
  /** Handed to each command. */
  readonly view: View;
  /** For the longest time of a command; undefined: there is none. */
  readonly timers?: Timers;
  /** Index in a line from which on it holds a secret, or its length. */
  readonly secretIn?: (line: string) => number;
}

const help = Object.freeze({
  name: "help",
  usage: "[COMMAND]",
  help: "this list, or how a command is used",
});

/** Nobody waits for the answer. */
const nobody: ReplyOwner = Object.freeze({ replied: () => {}, ended: () => {} });

/** Runs command lines, whoever sent them; never throws. */
export class Commander<View = undefined> {
  readonly #commands: CommanderOptions<View>["commands"];
  readonly #view: View;
  readonly #timers: Timers | undefined;
  readonly #secretIn: CommanderOptions<View>["secretIn"];

  constructor({ commands, view, timers, secretIn }: CommanderOptions<View>) {
    this.#commands = commands;
    this.#view = view;
    this.#timers = timers;
    this.#secretIn = secretIn;
  }

  /** Runs a line; the answer of a command that takes time goes to `owner`. */
  run(line: string, owner: ReplyOwner = nobody): CommandAnswer {
    try {
      const answer = this.execute(line);
      if (typeof answer === "string") return { ok: true, text: answer };
      const running = new RunningCommand(answer, owner, this.#timers);
      return { ok: true, text: answer.text, running };
    } catch (error) {
      return { ok: false, text: messageOf(error) };
    }
  }

  /** Index in a line from which on it holds a secret, or its length. */
  secretIn(line: string): number {
    return this.#secretIn?.(line) ?? line.length;
  }

  /** What the last word of `line`, which may be empty, can be completed to. */
  complete(line: string): string[] {
    const words = wordsOf(line);
    const begun = line === "" || line.endsWith(" ") ? "" : (words.pop() ?? "");
    const [name, ...others] = words;
    const all = name === undefined || (name === help.name && others.length === 0);
    const found = all
      ? [help.name, ...this.#commands.map((command) => command.name)]
      : (this.find(name)?.complete?.(others) ?? []);
    return found.filter((word) => word.startsWith(begun));
  }

  private find(name: string | undefined): Command<View> | undefined {
    return this.#commands.find((command) => command.name === name);
  }

  private execute(line: string): string | LongCommand {
    const [name, ...words] = wordsOf(line);
    if (name === help.name) return this.help(words);
    const command = this.find(name);
    if (!command) throw unknown(name);
    try {
      return command.run(words, this.#view, line);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      throw new CommandError({
        code: error.code,
        what: error.message,
        todo: `usage: ${shortUsage(command, words[0])}`,
      });
    }
  }

  private help(words: readonly string[]): string {
    checkCount(words, 1);
    const [name] = words;
    const commands = this.#commands;
    if (name !== undefined) {
      const command = name === help.name ? help : this.find(name);
      if (!command) throw unknown(name);
      const details = "details" in command ? `\n${command.details}` : "";
      return `usage: ${longUsage(command)}\n${command.help}${details}`;
    }
    const width = commands.reduce((most, command) => Math.max(most, command.name.length), 4);
    const lines = [help, ...commands].map((command) => {
      return `${command.name.padEnd(width)}  ${command.help}`;
    });
    return lines.join("\n");
  }
}

/** One line for each way to use it. */
function longUsage(command: Pick<Command, "name" | "usage">): string {
  const { name, usage } = command;
  if (typeof usage !== "object") return shortUsage(command, undefined);
  return usage.map((each) => `${name} ${each}`).join("\n       ");
}

/** The way that begins with `word`, or which words there are; one line. */
function shortUsage(command: Pick<Command, "name" | "usage">, word: string | undefined): string {
  const { name, usage } = command;
  if (usage === undefined) return name;
  if (typeof usage === "string") return `${name} ${usage}`;
  const meant = usage.find((each) => firstWord(each) === word);
  return `${name} ${meant ?? usage.map(firstWord).join(" | ")}`;
}

/** `status` of `[status]`. */
function firstWord(usage: string): string {
  return (usage.split(" ", 1)[0] ?? "").replace(/[[\]]/g, "");
}

function unknown(name: string | undefined): CommandError {
  return new CommandError({
    code: "console/unknown",
    what: name === undefined ? "empty command" : `unknown command ${JSON.stringify(name)}`,
    todo: "help lists them",
  });
}
