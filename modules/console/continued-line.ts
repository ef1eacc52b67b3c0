// SPDX-License-Identifier: MIT

import { utf8LengthOf } from "../base/utf8.ts";
import { CommandError } from "./command-error.ts";
import type { Question, RunningCommand } from "./running-command.ts";

/** Longest text that a command can be given in lines of its own, bytes of UTF-8. */
const maxBytes = 4_000;
/** At the end of a command: the rest of it follows. */
const mark = "<<";
/** Alone in a line: that was the rest. */
const endMark = ".";

/** So long a line below is taken as if it had ended, characters: a certificate may come in one. */
export const fullLine = 80;

/** The command in front of the mark; undefined: the line is whole. */
export function headOf(line: string): string | undefined {
  const text = line.trimEnd();
  return text.endsWith(` ${mark}`) ? text.slice(0, -mark.length) : undefined;
}

/** Whether a line ends what follows a mark. */
export function isEnd(line: string): boolean {
  return line.trim() === endMark;
}

/** What a console answers when a command goes on. */
export const continuedText = `go on in lines of any number, which are joined without their ends, ${maxBytes} bytes at most; a line with only a dot ends them, Ctrl-C gives up`;

/** How a question with a long answer ends. */
export const longAnswerText = "lines of any number; one with only a dot ends them";

/** A command line that goes on in the lines below it, or the answer to a question. It is there only while they come. */
export class ContinuedLine {
  /** Nobody may see what is typed. */
  readonly isSecret: boolean;
  /** What is answered; undefined: a command goes on. */
  readonly question: Question | undefined;
  /** Who has asked. */
  readonly asker: RunningCommand | undefined;
  readonly #head: string;
  #text = "";
  #length = 0;
  /** Why the whole is refused, at its end. */
  #refusal: string | undefined;

  constructor(head: string, isSecret: boolean, question?: Question, asker?: RunningCommand) {
    this.#head = head;
    this.isSecret = isSecret;
    this.question = question;
    this.asker = asker;
  }

  /** Whether that line is all that was asked for. */
  isWholeWith(line: string): boolean {
    if (!this.question) return false;
    return !this.question.isLong || (line.trim() === "" && this.#length === 0);
  }

  /** Adds a line; `refusal` tells what is wrong with it. */
  add(line: string, refusal: string | undefined): void {
    this.#length += utf8LengthOf(line);
    if (this.#length <= maxBytes) this.#text += line;
    else this.#text = "";
    this.#refusal ??= refusal;
  }

  /** The whole line. Throws CommandError when something was lost, or it is too long. */
  get line(): string {
    if (this.#refusal !== undefined) refuse(this.#refusal);
    if (this.#length > maxBytes) refuse(`${this.#length} bytes, where ${maxBytes} are allowed`);
    return this.#head + this.#text;
  }
}

function refuse(why: string): never {
  throw new CommandError({ code: "console/refused", what: "the command was not run", why });
}
