// SPDX-License-Identifier: MIT

import { messageOf } from "../base/app-error.ts";
import { isPlain } from "../base/utf8.ts";
import { ContinuedLine, continuedText, fullLine, headOf, isEnd } from "./continued-line.ts";
import { KeyReader, keys } from "./key-reader.ts";
import { LineEditor, maxLineBytes } from "./line-editor.ts";
import { concealed, drawLine } from "./line-view.ts";
import type { Question, RunningCommand } from "./running-command.ts";

/** What the input needs to know of the commands. */
export interface InputCommands {
  /** What the last word of `line`, which may be empty, can be completed to. */
  complete(line: string): readonly string[];
  /** Index in a line from which on it holds a secret, or its length. */
  secretIn(line: string): number;
}

/** Whose input it is. */
export interface ConsoleInputOwner {
  /** Undefined: there are none yet. */
  readonly commands: InputCommands | undefined;
  /** A line has ended, which was shown like this. */
  left(shown: string): void;
  /** A whole command line is there. */
  entered(line: string): void;
  /** Answers whoever types. */
  answer(answer: { readonly ok: boolean; readonly text: string }): void;
  /** Shows what a word can be completed to. */
  offer(words: readonly string[]): void;
  /** Ctrl-C; `isIdle`: nothing was being typed. */
  interrupted(isIdle: boolean): void;
  /** Ctrl-D, and nothing was being typed. */
  inputEnded(): void;
}

const tooLong = `a line of more than ${maxLineBytes} bytes was not run; a longer text goes into lines below: end the command with <<`;
const notUTF8 = "a line that is not UTF-8 was not run; the terminal has to send UTF-8";

/** Makes command lines of what is typed: keys, the line they edit, and lines that go on below. */
export class ConsoleInput {
  readonly #owner: ConsoleInputOwner;
  readonly #keys = new KeyReader();
  readonly #editor = new LineEditor();
  /** A command whose rest is being typed, or the answer to a question. */
  #continued: ContinuedLine | undefined;

  constructor(owner: ConsoleInputOwner) {
    this.#owner = owner;
  }

  /** Takes a byte from the port; false when no key has ended with it. */
  take(byte: number): boolean {
    const key = this.#keys.next(byte);
    if (key !== keys.none) this.press(key);
    return key !== keys.none;
  }

  /** What is typed from now on answers a question; what was begun is lost. */
  ask(question: Question, asker: RunningCommand): void {
    this.#editor.take();
    this.#continued = new ContinuedLine("", question.isSecret, question, asker);
  }

  /** Nobody waits for the answer to a question of that command any more; what was begun is lost. */
  forget(asker: RunningCommand): void {
    if (this.#continued?.asker !== asker) return;
    this.#editor.take();
    this.#continued = undefined;
  }

  /** The line being typed, ready to be drawn. */
  get drawn(): string {
    const { before, text } = this.#editor;
    const cursor = isPlain(before) ? before.length : [...before].length;
    return drawLine(this.concealed(text), cursor);
  }

  private press(key: number): void {
    const continued = this.#continued;
    if (key >= 0x20) {
      const isLong = continued && continued.question?.isLong !== false;
      if (isLong && this.#editor.endsAt(fullLine)) this.enter();
      this.#editor.press(key);
    } else if (key === keys.enter) this.enter();
    else if (key === keys.interrupt) this.interrupt();
    else if (key === keys.tab) this.complete();
    else if (key !== keys.endOfInput || this.#editor.text !== "") this.#editor.press(key);
    else if (continued?.question) this.interrupt();
    else if (continued) this.finish(continued);
    else this.#owner.inputEnded();
  }

  private enter(): void {
    const refusal = this.takeRefusal();
    const line = this.#editor.take();
    const secret = this.secretIn(line);
    this.#owner.left(concealed(line, secret));
    if (this.#continued) this.goOn(this.#continued, line, refusal);
    else if (refusal !== undefined) this.refuse(refusal);
    else if (line.trim() !== "") this.begin(line, secret);
  }

  /** Why the line that has ended is not what was typed; undefined: it is. */
  private takeRefusal(): string | undefined {
    const hasLost = this.#keys.takeLoss();
    if (this.#editor.isTooLong) return tooLong;
    return hasLost ? notUTF8 : undefined;
  }

  private begin(line: string, secret: number): void {
    if (secret >= line.length) this.#editor.remember(line);
    const head = headOf(line);
    if (head === undefined) {
      this.#owner.entered(line);
      return;
    }
    this.#continued = new ContinuedLine(head, secret < line.length);
    this.#owner.answer({ ok: true, text: continuedText });
  }

  private goOn(continued: ContinuedLine, line: string, refusal: string | undefined): void {
    const isWhole = continued.isWholeWith(line);
    if (!isWhole && isEnd(line)) this.finish(continued);
    else {
      continued.add(line, refusal);
      if (isWhole) this.finish(continued);
    }
  }

  /** The rest of a command is there. */
  private finish(continued: ContinuedLine): void {
    const { question, asker } = continued;
    this.#continued = undefined;
    let line: string;
    try {
      line = continued.line;
    } catch (error) {
      this.refuse(messageOf(error));
      // It still has no answer.
      if (question && asker) this.ask(question, asker);
      return;
    }
    if (question) question.answered(line);
    else this.#owner.entered(line);
  }

  private refuse(text: string): void {
    this.#owner.answer({ ok: false, text });
  }

  private interrupt(): void {
    this.takeRefusal();
    const line = this.#editor.take();
    this.#owner.left(`${this.concealed(line)}^C`);
    // Nobody wants to answer: what asks is ended.
    const isIdle = this.#continued ? this.#continued.question !== undefined : line === "";
    this.#continued = undefined;
    this.#owner.interrupted(isIdle);
  }

  private complete(): void {
    if (this.#continued) return;
    const { before } = this.#editor;
    const words = this.#owner.commands?.complete(before) ?? [];
    const begun = before.slice(before.lastIndexOf(" ") + 1);
    const common = commonStart(words);
    const more = words.length === 1 ? `${common} ` : common;
    if (more.length > begun.length) this.#editor.insert(more.slice(begun.length));
    else if (words.length > 1) this.#owner.offer(words);
  }

  private concealed(line: string): string {
    return concealed(line, this.secretIn(line));
  }

  private secretIn(line: string): number {
    if (this.#continued?.isSecret) return 0;
    if (this.#continued) return line.length;
    return this.#owner.commands?.secretIn(line) ?? line.length;
  }
}

/** What all words begin with. */
function commonStart(words: readonly string[]): string {
  const [first = ""] = words;
  let length = first.length;
  for (const word of words) while (!word.startsWith(first.slice(0, length))) length--;
  return first.slice(0, length);
}
