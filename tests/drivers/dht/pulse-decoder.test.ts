// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { decodePulses } from "../../../drivers/dht/pulse-decoder.ts";
import { bytesOf, hexOf } from "../../support/hex.ts";

interface Shape {
  /** µs: both pulses of the answer, the low of a bit, the high of a 0 and of a 1. */
  readonly answer: number;
  readonly low: number;
  readonly zero: number;
  readonly one: number;
}

/** The typical figures of the AM2302's manual. */
const typical: Shape = { answer: 80, low: 50, zero: 26, one: 70 };

function widthsOf(hex: string, { answer, low, zero, one }: Shape = typical): number[] {
  const widths = [answer, answer];
  for (const byte of bytesOf(hex)) {
    for (let bit = 7; bit >= 0; bit--) widths.push(low, (byte >> bit) & 1 ? one : zero);
  }
  return [...widths, low];
}

function decode(widths: readonly number[]): string | undefined {
  const frame = new Uint8Array(5).fill(0xa5);
  return decodePulses(Uint16Array.from(widths), frame) ? hexOf(frame) : undefined;
}

const frame = "02 8C 80 65 73";

test("forty bits come out of the widths, the first one highest", () => {
  for (const hex of [frame, "FF FF FF FF FC", "00 00 00 00 00", "AA 55 AA 55 FE"]) {
    assert.equal(decode(widthsOf(hex)), hex);
  }
});

test("the end of the start signal and the idle line around the answer do not matter", () => {
  const widths = widthsOf(frame);
  assert.equal(decode([30, 35, ...widths]), frame);
  assert.equal(decode(widths.slice(0, -1)), frame);
  assert.equal(decode([...widths, 65_535]), frame);
});

test("the limits of the manuals are read, all slow and all fast", () => {
  const slow: Shape = { answer: 87, low: 55, zero: 30, one: 75 };
  const fast: Shape = { answer: 75, low: 48, zero: 22, one: 68 };
  for (const shape of [slow, fast]) {
    assert.equal(decode(widthsOf(frame, shape)), frame);
  }
});

test("a slow clock and a long cable are read by one rule", () => {
  const slowClock: Shape = { answer: 120, low: 75, zero: 42, one: 110 };
  assert.equal(decode(widthsOf(frame, slowClock)), frame);
  const longCable: Shape = { answer: 90, low: 76, zero: 12, one: 52 };
  assert.equal(decode(widthsOf(frame, longCable)), frame);
});

test("slow edges that make a 1 as long as the low pulse before it turn no humidity into another", () => {
  // 89.3 % and 21.5 °C; taken by the low pulse beside it, a bit of the first byte and of the
  // checksum went astray together, and 63.7 % came out.
  const hex = "03 7D 00 D7 57";
  const widths = widthsOf(hex, { answer: 80, low: 60, zero: 16, one: 61 });
  for (const bit of [7, 39]) {
    assert.equal(widths[3 + 2 * bit], 61, `bit ${bit}`);
    widths[3 + 2 * bit] = 59;
  }
  assert.equal(decode(widths), hex);
});

test("an answer that is cut, stretched or doubled is none", () => {
  const widths = widthsOf(frame);
  for (let length = 0; length < widths.length - 1; length++) {
    assert.equal(decode(widths.slice(0, length)), undefined, `${length} widths`);
  }
  assert.equal(decode([...widths, 60, 60]), undefined);
  assert.equal(decode([...widths, ...widths]), undefined);
});

test("a pulse that no sensor sends spoils the answer, wherever it is", () => {
  const widths = widthsOf(frame);
  for (let i = 0; i < widths.length - 1; i++) {
    for (const width of [0, 2, 160, 65_535]) {
      const spoilt = widths.map((right, at) => (at === i ? width : right));
      assert.equal(decode(spoilt), undefined, `width ${i} is ${width}`);
    }
  }
});
