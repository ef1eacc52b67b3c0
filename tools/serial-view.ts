// SPDX-License-Identifier: MIT

/** How what comes from a board is shown. */
export interface SerialViewOptions {
  readonly write: (text: string) => void;
  /** Takes whole lines with the time of their first character; undefined: nothing is kept. */
  readonly keep?: ((line: string) => void) | undefined;
  readonly hasColours: boolean;
  /** Each line begins with the time of its first character. */
  hasTimestamps: boolean;
  readonly now: () => Date;
}

/** ms that the beginning of a line waits for its end, so that it can be coloured: a prompt has none. */
export const lineWait = 40;

const ESC = "\x1b";
const [dim, red, yellow, cyan, plain] = ["2", "31", "33", "36", "0"].map(
  (code) => `${ESC}[${code}m`,
);
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controls = /\x1b\[[0-9;]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]/g;
/** The longest line that is waited for, and kept; a board's own are shorter. */
const longest = 4_096;

/**
 * Shows the console of a board as it comes, bytes cut anywhere: lines in colours and with times if
 * so wanted, a prompt and an echo without delay that could be felt.
 */
export class SerialView {
  readonly #options: SerialViewOptions;
  #decoder = new TextDecoder();
  /** What is shown next: the beginning of a line. */
  #waiting = "";
  /** The whole line so far, for the file. */
  #line = "";
  #isInLine = false;
  #began: Date | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SerialViewOptions) {
    this.#options = options;
  }

  /** Switches the times on or off. Returns what holds now. */
  toggleTimestamps(): boolean {
    this.#options.hasTimestamps = !this.#options.hasTimestamps;
    return this.#options.hasTimestamps;
  }

  /** Bytes of the board. */
  take(bytes: Uint8Array): void {
    clearTimeout(this.#timer);
    const text = this.#waiting + this.#decoder.decode(bytes, { stream: true });
    const ended = text.lastIndexOf("\n") + 1;
    for (const line of text.slice(0, ended).split(/(?<=\n)/)) if (line !== "") this.show(line);
    this.#waiting = text.slice(ended);
    if (this.#waiting === "") return;
    if (this.#isInLine || this.#waiting.length > longest) this.flush();
    else {
      this.#began ??= this.#options.now();
      this.#timer = setTimeout(() => this.flush(), lineWait);
    }
  }

  /** A line of the monitor itself, on a line of its own. */
  say(text: string): void {
    this.end();
    this.#options.write(`${this.#options.hasColours ? `${dim}${text}${plain}` : text}\r\n`);
  }

  /** The board is gone, or the monitor ends: nothing waits, and the cursor is at the start of a line. */
  end(): void {
    this.#decoder = new TextDecoder();
    this.flush();
    if (this.#isInLine) this.show("\r\n");
  }

  /** Shows what waits, an end or not. */
  private flush(): void {
    clearTimeout(this.#timer);
    const text = this.#waiting;
    this.#waiting = "";
    if (text !== "") this.show(text);
  }

  private show(text: string): void {
    const { write, hasTimestamps, hasColours, now } = this.#options;
    if (!this.#isInLine) {
      this.#began ??= now();
      if (hasTimestamps) write(`${clockText(this.#began)} `);
    }
    write(hasColours && !this.#isInLine ? coloured(text) : text);
    this.#line = (this.#line + text).slice(0, longest);
    this.#isInLine = !text.endsWith("\n");
    if (this.#isInLine) return;
    this.keep();
  }

  private keep(): void {
    const line = this.#line.replace(controls, "").trimEnd();
    const began = this.#began ?? this.#options.now();
    this.#line = "";
    this.#began = undefined;
    if (line !== "") this.#options.keep?.(`${began.toISOString()} ${line}`);
  }
}

/** Hours to ms of the place where the user is. */
function clockText(time: Date): string {
  const two = (part: number) => String(part).padStart(2, "0");
  const ms = String(time.getMilliseconds()).padStart(3, "0");
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${ms}`;
}

/** A log line: its part, and the colour of what has gone wrong. Anything else is left as it is. */
function coloured(text: string): string {
  const [, part = "", gap = "", rest = ""] = /^([a-z0-9]{1,8})( +)(\S.*)$/s.exec(text) ?? [];
  const end = /\r?\n$/.exec(rest)?.[0] ?? "";
  // "wifi     joined": the part fills a column of eight; what a user types does not.
  if (part === "" || part.length + gap.length < 9 || rest.includes(ESC)) return text;
  const said = rest.slice(0, rest.length - end.length);
  const colour = said.startsWith("ERROR ") ? red : said.startsWith("warning: ") ? yellow : "";
  return `${cyan}${part}${plain}${gap}${colour}${said}${colour === "" ? "" : plain}${end}`;
}
