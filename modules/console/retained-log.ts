// SPDX-License-Identifier: MIT

import type { RetainedMemory } from "../base/retained-memory.ts";
import { decodeUtf8 } from "../base/utf8.ts";

/** Bytes of a record: three words in front, then the text; the rest of a long line is cut off. */
const recordLength = 128;
const headLength = 12;
/** What a checksum begins with; another layout takes another number, so that it is not mistaken. */
const start = 0x61697231;
const lastSequence = 0xffffff;

/**
 * Keeps the last lines of the log in memory that outlives a crash. Each run of the firmware, from a
 * start to the next, writes one half of the memory and leaves the other as the run before has left
 * it. A line is a record of its own with a checksum: what a power cut or a torn write leaves behind
 * is no record.
 *
 * A record has 32-bit words in the order of the machine: the checksum of all that follows, the
 * number of the run, and the line's number within the run times 256 plus the length of its text.
 */
export class RetainedLog {
  readonly #memory: RetainedMemory;
  readonly #encoder = new TextEncoder();
  readonly #bytes = new Uint8Array(recordLength);
  readonly #words = new Int32Array(this.#bytes.buffer);
  readonly #text = this.#bytes.subarray(headLength);
  /** Records in one half. */
  readonly #room: number;
  readonly #run: number;
  #sequence = 0;

  constructor(memory: RetainedMemory) {
    this.#memory = memory;
    this.#room = Math.floor(memory.byteLength / 2 / recordLength);
    const last = Math.max(this.newestRun(0), this.newestRun(1));
    this.#run = (last + 1) >>> 0;
  }

  /** Keeps a line; the oldest of this run gives way. It happens with every line, so it does little. */
  add(line: string): void {
    this.put(this.#sequence, line);
    this.#sequence = (this.#sequence + 1) & lastSequence;
  }

  /** Puts a line into the place of another of this run: 1 is the newest, 2 the one before it. */
  replace(back: number, line: string): void {
    if (back <= this.#room) this.put((this.#sequence - back) & lastSequence, line);
  }

  private put(sequence: number, line: string): void {
    const length = this.#encoder.encodeInto(line, this.#text).written;
    const end = endOf(length);
    this.#bytes.fill(0, headLength + length, end);
    this.#words[1] = this.#run;
    this.#words[2] = (sequence << 8) | length;
    this.#words[0] = checksum(this.#words, 1, end >> 2);
    const record = this.startOf(this.#run) + (sequence % this.#room) * recordLength;
    this.#memory.write(record, this.#bytes.subarray(0, end));
  }

  /** The last lines of the run before, oldest first; none when there was none, or a power cut. */
  get before(): string[] {
    const run = (this.#run - 1) >>> 0;
    const words = this.half(run);
    const found: { readonly sequence: number; readonly line: string }[] = [];
    for (let i = 0; i < this.#room; i++) {
      const at = (i * recordLength) >> 2;
      if (!isRecord(words, at) || runAt(words, at) !== run) continue;
      const { sequence, length } = headAt(words, at);
      const line = decodeUtf8(new Uint8Array(words.buffer, at * 4 + headLength, length));
      if (line !== undefined) found.push({ sequence, line });
    }
    return found.sort((a, b) => a.sequence - b.sequence).map(({ line }) => line);
  }

  private startOf(run: number): number {
    return (run & 1) * this.#room * recordLength;
  }

  private half(run: number): Int32Array<ArrayBuffer> {
    return new Int32Array(this.#memory.read(this.startOf(run), this.#room * recordLength));
  }

  /** The newest run that has left a record in one half; 0 without any. */
  private newestRun(half: number): number {
    const words = this.half(half);
    let newest = 0;
    for (let i = 0; i < this.#room; i++) {
      const at = (i * recordLength) >> 2;
      if (!isRecord(words, at)) continue;
      const run = runAt(words, at);
      if ((run & 1) === half) newest = Math.max(newest, run);
    }
    return newest;
  }
}

/** Where a record with so many bytes of text ends: at a whole word. */
function endOf(length: number): number {
  return (headLength + length + 3) & ~3;
}

function headAt(words: Int32Array, at: number): { sequence: number; length: number } {
  const head = words[at + 2] ?? 0;
  return { sequence: head >>> 8, length: head & 0xff };
}

function runAt(words: Int32Array, at: number): number {
  return (words[at + 1] ?? 0) >>> 0;
}

function isRecord(words: Int32Array, at: number): boolean {
  const { length } = headAt(words, at);
  if (length > recordLength - headLength) return false;
  return words[at] === checksum(words, at + 1, at + (endOf(length) >> 2));
}

/** By words, because a loop over the bytes would take four times as long. */
function checksum(words: Int32Array, from: number, end: number): number {
  const { imul } = Math;
  let sum = start;
  for (let i = from; i < end; i++) {
    sum = imul(sum ^ (words[i] as number), 0x01000193);
    // A product carries upwards only; this brings it down again.
    sum ^= sum >>> 15;
  }
  return sum;
}
