// SPDX-License-Identifier: MIT

import { nextUtf8State, UTF8_BOUNDARY, UTF8_ILL_FORMED } from "../../base/utf8.ts";
import { type DecodeFault, TOPIC_ILL_FORMED, TOPIC_NUL, TOPIC_WILDCARD } from "./decode-fault.ts";

const HASH = 0x23;
const PLUS = 0x2b;

/**
 * Takes the topic of a PUBLISH in pieces of any size and checks each byte as it comes. The topic
 * before stays in the buffer: when the same comes again, its string is used again.
 */
export class TopicReader {
  readonly #buffer: Uint8Array;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #text = "";
  #fault: DecodeFault | undefined;
  /** Bytes of the topic, and how many of them have come. */
  #length = 0;
  #count = 0;
  #state = UTF8_BOUNDARY;
  /** All bytes so far are those of `#text`. */
  #same = false;
  /** Bytes of `#text`; -1 when the buffer holds something else. */
  #kept = -1;
  /** Bytes of `#text` when it came as a whole and is plain; else -1. */
  #plain = -1;

  /** `longest`: size of the buffer in bytes. */
  constructor(longest: number) {
    this.#buffer = new Uint8Array(longest);
  }

  /**
   * Takes a topic that lies whole in `bytes`. False, and nothing is taken, unless it is plain ASCII
   * that fits: of anything else, each byte has to be looked at.
   */
  takeWhole(bytes: Uint8Array, position: number, length: number): boolean {
    if (length > this.#buffer.length) return false;
    const view = new Uint8Array(bytes.buffer, bytes.byteOffset + position, length);
    const text = this.#decoder.decode(view);
    if (length !== this.#plain || text !== this.#text) {
      // As many characters as bytes, all printable, no + and no #: nothing was replaced or dropped.
      if (text.length !== length || !/^[ !"$-*,-~]+$/.test(text)) return false;
      this.#text = text;
      this.#plain = length;
      this.#kept = -1;
    }
    this.#length = length;
    this.#count = length;
    this.#fault = undefined;
    return true;
  }

  /** A topic of `length` bytes comes now. */
  begin(length: number): void {
    this.#length = length;
    this.#count = 0;
    this.#state = UTF8_BOUNDARY;
    this.#same = length === this.#kept;
    this.#fault = undefined;
  }

  /** Takes what is there of the topic and returns the position behind it. */
  take(bytes: Uint8Array, position: number, end: number): number {
    const stop = Math.min(end, position + this.#length - this.#count);
    const from = this.#same ? this.compare(bytes, position, stop) : position;
    if (from < stop) this.check(bytes, from, stop);
    if (this.#count === this.#length && !this.#fault) this.finish();
    return stop;
  }

  /** All bytes have come. */
  get complete(): boolean {
    return this.#count === this.#length;
  }

  /** What is wrong with the bytes so far. */
  get fault(): DecodeFault | undefined {
    return this.#fault;
  }

  /** The topic did not fit into the buffer. */
  get overflow(): boolean {
    return this.#length > this.#buffer.length;
  }

  /** The topic, once complete; empty when it did not fit. */
  get text(): string {
    return this.#text;
  }

  // Bytes equal to those of the last topic have been checked before. Returns where they end.
  private compare(bytes: Uint8Array, position: number, stop: number): number {
    const buffer = this.#buffer;
    let count = this.#count;
    let at = position;
    while (at < stop && buffer[count] === bytes[at]) {
      count++;
      at++;
    }
    this.#count = count;
    if (at === stop) return at;
    this.#same = false;
    for (let i = 0; i < count; i++) {
      this.#state = nextUtf8State(this.#state, buffer[i] as number);
    }
    return at;
  }

  private check(bytes: Uint8Array, position: number, stop: number): void {
    const buffer = this.#buffer;
    const room = buffer.length;
    let state = this.#state;
    let count = this.#count;
    this.#kept = -1;
    this.#plain = -1;
    for (let at = position; at < stop; at++) {
      const byte = bytes[at] as number;
      if (byte >= 0x80 || state !== UTF8_BOUNDARY) {
        state = nextUtf8State(state, byte);
        if (state === UTF8_ILL_FORMED) this.#fault ??= TOPIC_ILL_FORMED;
      } else if (byte === 0) this.#fault ??= TOPIC_NUL;
      else if (byte === PLUS || byte === HASH) this.#fault ??= TOPIC_WILDCARD;
      if (count < room) buffer[count] = byte;
      count++;
    }
    this.#state = state;
    this.#count = count;
  }

  private finish(): void {
    if (this.#same) return;
    if (this.#state !== UTF8_BOUNDARY) this.#fault = TOPIC_ILL_FORMED;
    else if (this.overflow) this.#text = "";
    else {
      this.#text = this.#decoder.decode(this.#buffer.subarray(0, this.#length));
      this.#kept = this.#length;
    }
  }
}
