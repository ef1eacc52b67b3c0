// SPDX-License-Identifier: MIT

import { eraseLine } from "./line-view.ts";

/** Whose output it is. */
export interface ConsoleOutputOwner {
  /** Takes at most as many bytes as there is room for. */
  writeBytes(bytes: Uint8Array): void;
  /** The line being typed, ready to be drawn; undefined: nobody types. */
  drawnLine(): string | undefined;
  /** The line that reports `count` lost ones. */
  lossText(count: number): string;
}

/** Lines that wait for the port; more are dropped and counted. */
const maxWaiting = 32;

/**
 * What goes out of the port: lines, and below them the line being typed, which is erased before
 * every line and drawn again after it. Never blocks: what the port cannot take waits in a bounded
 * queue, and what finds it full is dropped, counted and reported.
 */
export class ConsoleOutput {
  readonly #owner: ConsoleOutputOwner;
  readonly #waiting: (string | Uint8Array)[] = [];
  /** What the port has not yet taken of the piece that is being written. */
  #piece: Uint8Array | undefined;
  #room = 0;
  #dropped = 0;
  #reported = 0;
  /** The line being typed stands on the screen. */
  #isDrawn = false;
  /** It is to be drawn, or drawn again. */
  #isStale = false;
  #isHeld = false;

  constructor(owner: ConsoleOutputOwner) {
    this.#owner = owner;
  }

  /** Lines lost because the port was too slow. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Writes one line or more, without the last end; or bytes, which begin and end with a line end. */
  add(piece: string | Uint8Array): void {
    if (this.#waiting.length >= maxWaiting) this.#dropped++;
    else this.#waiting.push(piece);
    this.flush();
  }

  /** Draws the line being typed, below all other lines. */
  refresh(): void {
    this.#isHeld = false;
    this.#isStale = true;
    this.flush();
  }

  /** The line being typed has ended: the next one is not drawn before `refresh`. */
  hold(): void {
    this.#isHeld = true;
  }

  /** The port takes `room` bytes. */
  onWritable(room: number): void {
    this.#room = room;
    this.flush();
  }

  flush(): void {
    while (this.#room > 0) {
      const piece = this.#piece ?? this.next();
      if (piece === undefined) return;
      const part = piece.length > this.#room ? piece.subarray(0, this.#room) : piece;
      this.#piece = part.length === piece.length ? undefined : piece.subarray(part.length);
      this.#room -= part.length;
      this.#owner.writeBytes(part);
    }
  }

  private next(): Uint8Array | undefined {
    const line = this.#waiting.shift() ?? this.loss();
    if (line instanceof Uint8Array) return this.below(line);
    const text = line === undefined ? this.drawn() : this.above(line);
    return text === undefined ? undefined : new TextEncoder().encode(text);
  }

  private loss(): string | undefined {
    const count = this.#dropped - this.#reported;
    this.#reported = this.#dropped;
    return count === 0 ? undefined : this.#owner.lossText(count);
  }

  private above(line: string): string {
    if (!this.#isDrawn) return `${line}\r\n`;
    this.#isDrawn = false;
    this.#isStale = true;
    return `${eraseLine}${line}\r\n`;
  }

  /** The line being typed stays above as it is, and is drawn again below. */
  private below(bytes: Uint8Array): Uint8Array {
    if (this.#isDrawn) this.#isStale = true;
    this.#isDrawn = false;
    return bytes;
  }

  private drawn(): string | undefined {
    if (!this.#isStale || this.#isHeld) return undefined;
    this.#isStale = false;
    const text = this.#owner.drawnLine();
    if (text !== undefined) this.#isDrawn = true;
    return text;
  }
}
