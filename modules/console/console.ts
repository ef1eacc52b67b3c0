// SPDX-License-Identifier: MIT

import type { Clock } from "../base/clock.ts";
import type { LogLevel, LogLine } from "../base/log.ts";
import type { Serial, SerialConstructor, SerialOptions } from "../ecma-419/serial.ts";
import type { CommandAnswer } from "./commander.ts";
import { ConsoleInput, type ConsoleInputOwner, type InputCommands } from "./console-input.ts";
import { ConsoleOutput, type ConsoleOutputOwner } from "./console-output.ts";
import { longAnswerText } from "./continued-line.ts";
import { type ConsoleFormat, jsonLineOf, printableLines, textLineOf } from "./line-format.ts";
import { prompt } from "./line-view.ts";
import { type LogKeeper, LogRing } from "./log-ring.ts";
import type { Question, Reply, ReplyOwner, RunningCommand } from "./running-command.ts";

const ranks: Readonly<Record<LogLevel, number>> = Object.freeze({
  error: 0,
  warn: 1,
  info: 2,
  debug: 3,
});

/** What understands command lines. */
export interface ConsoleCommands extends InputCommands {
  /**
   * Runs a line that a user has typed, without its end; never throws. The answer of a command that
   * takes time goes to `owner`.
   */
  run(line: string, owner: ReplyOwner): CommandAnswer;
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

/** Takes bytes from the port that are not for the console. */
export interface ConsoleTap {
  /** False: the byte is a key. */
  take(byte: number): boolean;
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

/** Lines of the log that somebody has asked for. */
interface Followed {
  readonly part: string;
  readonly reply: Reply;
}

/**
 * The board's serial console: writes log lines as text or JSON, runs typed command lines and writes
 * their answers, which are no log lines: they come whatever the level. Until somebody types, and in
 * JSON always, nothing but whole lines goes out.
 */
export class Console implements ConsoleOutputOwner, ConsoleInputOwner, ReplyOwner {
  readonly #serial: Serial;
  readonly #clock: ConsoleOptions["clock"];
  readonly #onQuit: ConsoleOptions["onQuit"];
  readonly #output = new ConsoleOutput(this);
  readonly #input = new ConsoleInput(this);
  readonly #ring: LogRing;
  #commands: ConsoleCommands | undefined;
  #tap: ConsoleTap | undefined;
  #format: ConsoleFormat = "text";
  #level: LogLevel = "info";
  #echo = true;
  #followed: Followed | undefined;
  /** Commands that were typed here and go on; undefined: none. */
  #running: RunningCommand[] | undefined;
  /** When somebody has pressed a key last, ticks; -1: nobody has. */
  #usedAt = -1;
  /** What is being typed has changed. */
  #isTouched = false;

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

  /** From now on bytes from the port are shown to `tap` first. */
  useTap(tap: ConsoleTap): void {
    this.#tap = tap;
  }

  /** Takes bytes that `tap` had held back: they are keys. */
  typed(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i++) this.press(bytes[i] as number);
    this.refreshInput();
  }

  /** Writes bytes as they are, among the lines, in one piece. */
  writePacket(packet: Uint8Array): void {
    this.#output.add(packet);
  }

  /** Somebody has pressed a key. */
  get isUsed(): boolean {
    return this.#usedAt >= 0;
  }

  /** When that was last, ticks; -1: nobody has. */
  get usedAt(): number {
    return this.#usedAt;
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
    const typed = new Uint8Array(bytes);
    for (let i = 0; i < typed.length; i++) {
      const byte = typed[i] as number;
      if (!this.#tap?.take(byte)) this.press(byte);
    }
    this.refreshInput();
  }

  private press(byte: number): void {
    if (!this.#input.take(byte)) return;
    this.#usedAt = this.#clock.ticks();
    this.#isTouched = true;
  }

  private refreshInput(): void {
    const isTouched = this.#isTouched;
    this.#isTouched = false;
    if (isTouched && this.isInteractive) this.#output.refresh();
  }

  private get isInteractive(): boolean {
    return this.isUsed && this.#echo && this.#format === "text";
  }

  /** For the input. */
  get commands(): ConsoleCommands | undefined {
    return this.#commands;
  }

  /** For the input: what was typed stays on the screen as it is, and the next line begins below. */
  left(shown: string): void {
    if (!this.isInteractive) return;
    this.#output.hold();
    this.#output.add(`${prompt}${shown}`);
  }

  /** For the input. */
  entered(line: string): void {
    const answer = this.#commands?.run(line, this);
    if (!answer) return;
    this.answer(answer);
    const { running } = answer;
    if (running && !running.isOver) this.#running = [...(this.#running ?? []), running];
  }

  /** For the input. */
  offer(words: readonly string[]): void {
    if (this.isInteractive) this.#output.add(words.join("  "));
  }

  /** For the input: ends what goes on, or else the console. */
  interrupted(isIdle: boolean): void {
    const running = this.#running;
    if (running && isIdle) {
      this.#running = undefined;
      for (const command of running) command.cancel();
    } else if (isIdle) this.#onQuit?.();
  }

  /** For the input. */
  inputEnded(): void {
    this.#onQuit?.();
  }

  /** For a command that goes on. */
  replied(text: string): void {
    this.answer({ ok: true, text });
  }

  /** For a command that goes on. */
  asked(question: Question, command: RunningCommand): void {
    const end = question.isLong ? ` (${longAnswerText})` : "";
    const text = `${question.text}${end}`;
    if (this.#format === "text") this.answer({ ok: true, text });
    else {
      // Who shows what is typed, as the console does not, has to know that nobody may see it.
      const data = { isSecret: question.isSecret };
      const line: LogLine = { level: "info", part: "command", event: "question", text, data };
      this.#output.add(jsonLineOf(line, this.#clock.ticks()));
    }
    this.#input.ask(question, command);
  }

  /** For a command that goes on. */
  ended(command: RunningCommand, failure: string | undefined): void {
    this.#input.forget(command);
    const others = this.#running?.filter((each) => each !== command);
    this.#running = others?.length ? others : undefined;
    if (failure !== undefined) this.answer({ ok: false, text: failure });
  }

  /** For the input, and for commands. */
  answer({ ok, text }: CommandAnswer): void {
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

  /** For the output. */
  writeBytes(bytes: Uint8Array): void {
    this.#serial.write(bytes);
  }

  /** For the output. */
  drawnLine(): string | undefined {
    return this.isInteractive ? this.#input.drawn : undefined;
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
