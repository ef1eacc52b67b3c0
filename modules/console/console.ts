// SPDX-License-Identifier: MIT

import { messageOf } from "../base/app-error.ts";
import type { Clock } from "../base/clock.ts";
import type { LogLevel, LogLine } from "../base/log.ts";
import { isPlain } from "../base/utf8.ts";
import type { Serial, SerialConstructor, SerialOptions } from "../ecma-419/serial.ts";
import type { CommandAnswer } from "./commander.ts";
import { ConsoleOutput, type ConsoleOutputOwner } from "./console-output.ts";
import { ContinuedLine, continuedText, fullLine, headOf, isEnd } from "./continued-line.ts";
import { KeyReader, keys } from "./key-reader.ts";
import { LineEditor, maxLineBytes } from "./line-editor.ts";
import { type ConsoleFormat, jsonLineOf, printableLines, textLineOf } from "./line-format.ts";
import { concealed, drawLine, prompt } from "./line-view.ts";
import { type LogKeeper, LogRing } from "./log-ring.ts";
import type { Reply, ReplyOwner, RunningCommand } from "./running-command.ts";

const ranks: Readonly<Record<LogLevel, number>> = Object.freeze({
  error: 0,
  warn: 1,
  info: 2,
  debug: 3,
});

/** What understands command lines. */
export interface ConsoleCommands {
  /**
   * Runs a line that a user has typed, without its end; never throws. The answer of a command that
   * takes time goes to `owner`.
   */
  run(line: string, owner: ReplyOwner): CommandAnswer;
  /** What the last word of `line`, which may be empty, can be completed to. */
  complete(line: string): readonly string[];
  /** Index in a line from which on it holds a secret, or its length. */
  secretIn(line: string): number;
}

export interface ConsoleOptions {
  readonly serial: { readonly io: SerialConstructor } & SerialOptions;
  /** Its ticks are the time of a line. */
  readonly clock: Pick<Clock, "ticks">;
  /** Ctrl-C or Ctrl-D on an empty line, and nothing to interrupt. */
  readonly onQuit?: (() => void) | undefined;
  /** Keeps the last lines over a restart; undefined: nothing does. */
  readonly retained?: LogKeeper | undefined;
}

export interface ConsoleSettings {
  readonly format: ConsoleFormat;
  /** The least important level that is shown. */
  readonly level: LogLevel;
  /** Prompt, echo and line editing in the format "text", from the first key on. */
  readonly echo: boolean;
}

/** Happens all the time, and is not kept for `recent`. */
const frequent: readonly string[] = Object.freeze(["reading", "publish"]);

const tooLong = `a line of more than ${maxLineBytes} bytes was not run; a longer text goes into lines below: end the command with <<`;
const notUTF8 = "a line that is not UTF-8 was not run; the terminal has to send UTF-8";

/** Lines of the log that somebody has asked for. */
interface Followed {
  readonly part: string;
  readonly reply: Reply;
}

/**
 * The board's serial console: writes log lines as text or JSON, runs typed command lines and writes
 * their answers, which are no log lines: they come whatever the level. Until somebody types, and in JSON always, nothing but whole lines goes out.
 */
export class Console implements ConsoleOutputOwner, ReplyOwner {
  readonly #serial: Serial;
  readonly #clock: ConsoleOptions["clock"];
  readonly #onQuit: ConsoleOptions["onQuit"];
  readonly #output = new ConsoleOutput(this);
  readonly #keys = new KeyReader();
  readonly #editor = new LineEditor();
  readonly #ring: LogRing;
  #commands: ConsoleCommands | undefined;
  #format: ConsoleFormat = "text";
  #level: LogLevel = "info";
  #echo = true;
  #followed: Followed | undefined;
  /** Commands that were typed here and go on; undefined: none. */
  #running: RunningCommand[] | undefined;
  /** A command whose rest is being typed. */
  #continued: ContinuedLine | undefined;
  /** Somebody has pressed a key. */
  #isAwake = false;

  constructor(options: ConsoleOptions) {
    const { io, ...serial } = options.serial;
    this.#clock = options.clock;
    this.#onQuit = options.onQuit;
    this.#ring = new LogRing(options.retained);
    this.#serial = new io({
      ...serial,
      format: "buffer",
      target: this,
      onWritable: portWritable,
      onReadable: portReadable,
    });
  }

  /** Changes what is shown, from the next line on. */
  configure({ format, level, echo }: ConsoleSettings): void {
    this.#format = format;
    this.#level = level;
    this.#echo = echo;
  }

  /** Gives typed lines to `commands`; what was typed before is lost. */
  use(commands: ConsoleCommands): void {
    this.#commands = commands;
  }

  /** Lines lost because the port was too slow. */
  get dropped(): number {
    return this.#output.dropped;
  }

  /** The last lines that were logged, shown or not, with seconds since the start; no readings. */
  get recent(): readonly string[] {
    return this.#ring.lines;
  }

  /** The same of the run before, which has ended in a restart or a crash; undefined: none are kept. */
  get before(): readonly string[] | undefined {
    return this.#ring.before;
  }

  /** The least important level that is shown. */
  get level(): LogLevel {
    return this.#level;
  }

  set level(level: LogLevel) {
    this.#level = level;
  }

  /** Shows the lines of one part whatever their level, as the answer that `reply` belongs to. */
  follow(part: string, reply: Reply): void {
    this.unfollow();
    this.#followed = { part, reply };
  }

  /** Ends that. */
  unfollow(): void {
    const followed = this.#followed;
    this.#followed = undefined;
    followed?.reply.end();
  }

  /** Writes one log line. */
  log(line: LogLine): void {
    const rank = ranks[line.level];
    if (rank <= ranks.info && !frequent.includes(line.event)) {
      this.#ring.add(line, this.#clock.ticks());
    }
    if (rank <= ranks[this.#level] || line.part === this.#followed?.part) this.show(line);
  }

  /** Writes a line that a user has asked for, whatever its level. */
  show(line: LogLine): void {
    const isJson = this.#format === "json";
    this.#output.add(isJson ? jsonLineOf(line, this.#clock.ticks()) : textLineOf(line));
  }

  close(): void {
    this.#serial.close();
  }

  /** For the port: it has room for so many bytes. */
  portWritable(count: number): void {
    this.#output.onWritable(count);
  }

  /** For the port: bytes have arrived. */
  portReadable(): void {
    const bytes = this.#serial.read();
    if (bytes === undefined) return;
    let isTouched = false;
    const typed = new Uint8Array(bytes);
    for (let i = 0; i < typed.length; i++) {
      const key = this.#keys.next(typed[i] as number);
      if (key === keys.none) continue;
      isTouched = true;
      this.#isAwake = true;
      this.press(key);
    }
    if (isTouched && this.isInteractive) this.#output.refresh();
  }

  private get isInteractive(): boolean {
    return this.#isAwake && this.#echo && this.#format === "text";
  }

  private press(key: number): void {
    const continued = this.#continued;
    if (key >= 0x20) {
      if (continued && this.#editor.endsAt(fullLine)) this.enter();
      this.#editor.press(key);
    } else if (key === keys.enter) this.enter();
    else if (key === keys.interrupt) this.interrupt();
    else if (key === keys.tab) this.complete();
    else if (key !== keys.endOfInput || this.#editor.text !== "") this.#editor.press(key);
    else if (continued) this.finish(continued);
    else this.#onQuit?.();
  }

  private enter(): void {
    const refusal = this.takeRefusal();
    const line = this.#editor.take();
    const continued = this.#continued;
    const secret = this.secretIn(line);
    this.leave(concealed(line, secret));
    if (continued) {
      if (isEnd(line)) this.finish(continued);
      else continued.add(line, refusal);
    } else if (refusal !== undefined) this.refuse(refusal);
    else if (line.trim() !== "" && this.#commands) this.execute(this.#commands, line, secret);
  }

  /** Why the line that has ended is not what was typed; undefined: it is. */
  private takeRefusal(): string | undefined {
    const hasLost = this.#keys.takeLoss();
    if (this.#editor.isTooLong) return tooLong;
    return hasLost ? notUTF8 : undefined;
  }

  private execute(commands: ConsoleCommands, line: string, secret: number): void {
    if (secret >= line.length) this.#editor.remember(line);
    const head = headOf(line);
    if (head === undefined) {
      this.run(commands, line);
      return;
    }
    this.#continued = new ContinuedLine(head, secret < line.length);
    this.answer({ ok: true, text: continuedText });
  }

  /** The rest of a command is there. */
  private finish(continued: ContinuedLine): void {
    this.#continued = undefined;
    try {
      const { line } = continued;
      if (this.#commands) this.run(this.#commands, line);
    } catch (error) {
      this.refuse(messageOf(error));
    }
  }

  private refuse(text: string): void {
    this.answer({ ok: false, text });
  }

  private run(commands: ConsoleCommands, line: string): void {
    const answer = commands.run(line, this);
    this.answer(answer);
    const { running } = answer;
    if (running && !running.isOver) this.#running = [...(this.#running ?? []), running];
  }

  private interrupt(): void {
    this.takeRefusal();
    const line = this.#editor.take();
    this.leave(`${this.concealed(line)}^C`);
    if (this.#continued) {
      this.#continued = undefined;
      return;
    }
    const running = this.#running;
    this.#running = undefined;
    if (running) for (const command of running) command.cancel();
    else if (line === "") this.#onQuit?.();
  }

  /** The line that was being typed stays on the screen as it is, and the next begins below. */
  private leave(shown: string): void {
    if (!this.isInteractive) return;
    this.#output.hold();
    this.#output.add(`${prompt}${shown}`);
  }

  private complete(): void {
    if (this.#continued) return;
    const { before } = this.#editor;
    const words = this.#commands?.complete(before) ?? [];
    const begun = before.slice(before.lastIndexOf(" ") + 1);
    const common = commonStart(words);
    const more = words.length === 1 ? `${common} ` : common;
    if (more.length > begun.length) this.#editor.insert(more.slice(begun.length));
    else if (words.length > 1 && this.isInteractive) this.#output.add(words.join("  "));
  }

  /** For a command that goes on. */
  replied(text: string): void {
    this.answer({ ok: true, text });
  }

  /** For a command that goes on. */
  ended(command: RunningCommand, failure: string | undefined): void {
    const others = this.#running?.filter((each) => each !== command);
    this.#running = others?.length ? others : undefined;
    if (failure !== undefined) this.refuse(failure);
  }

  private answer({ ok, text }: CommandAnswer): void {
    if (this.#format === "text") {
      this.#output.add(printableLines(ok ? text : `error: ${text}`));
      return;
    }
    const ticks = this.#clock.ticks();
    const level = ok ? "info" : "warn";
    const event = ok ? "answer" : "refused";
    const objects = text.split("\n").map((line) => {
      return jsonLineOf({ level, part: "command", event, text: line }, ticks);
    });
    this.#output.add(objects.join("\r\n"));
  }

  private concealed(line: string): string {
    return concealed(line, this.secretIn(line));
  }

  private secretIn(line: string): number {
    const continued = this.#continued;
    if (continued) return continued.isSecret ? 0 : line.length;
    return this.#commands?.secretIn(line) ?? line.length;
  }

  /** For the output. */
  writeBytes(bytes: Uint8Array): void {
    this.#serial.write(bytes);
  }

  /** For the output. */
  drawnLine(): string | undefined {
    if (!this.isInteractive) return undefined;
    const { before, text } = this.#editor;
    const cursor = isPlain(before) ? before.length : [...before].length;
    return drawLine(this.concealed(text), cursor);
  }

  /** For the output. */
  lossText(count: number): string {
    const text = `${count} lines were lost here: the port is too slow`;
    const line: LogLine = { level: "warn", part: "console", event: "lost", text, data: { count } };
    return this.#format === "json" ? jsonLineOf(line, this.#clock.ticks()) : textLineOf(line);
  }
}

function portWritable(this: Serial, count: number): void {
  (this.target as Console).portWritable(count);
}

function portReadable(this: Serial): void {
  (this.target as Console).portReadable();
}

/** What all words begin with. */
function commonStart(words: readonly string[]): string {
  const [first = ""] = words;
  let length = first.length;
  for (const word of words) while (!word.startsWith(first.slice(0, length))) length--;
  return first.slice(0, length);
}
