// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import {
  decodeUtf8,
  isPlain,
  isUtf8,
  nextUtf8State,
  UTF8_BOUNDARY,
  UTF8_ILL_FORMED,
  utf8LengthOf,
  writeUtf8,
} from "../../../modules/base/utf8.ts";
import { bytesOf, hexOf } from "../../support/hex.ts";

// The borders of every row of the table in RFC 3629, section 4.
const legal: readonly (readonly [text: string, hex: string])[] = [
  ["", ""],
  ["\0", "00"],
  ["a", "61"],
  ["\x7f", "7F"],
  ["\x80", "C2 80"],
  ["\u07ff", "DF BF"],
  ["\u0800", "E0 A0 80"],
  ["\u0fff", "E0 BF BF"],
  ["\u1000", "E1 80 80"],
  ["\ud7ff", "ED 9F BF"],
  ["\ue000", "EE 80 80"],
  ["\ufeff", "EF BB BF"],
  ["\ufeffa", "EF BB BF 61"],
  ["\uffff", "EF BF BF"],
  ["\u{10000}", "F0 90 80 80"],
  ["\u{3ffff}", "F0 BF BF BF"],
  ["\u{40000}", "F1 80 80 80"],
  ["\u{10ffff}", "F4 8F BF BF"],
  ["a\u00e9\u20ac\u{1f600}z", "61 C3 A9 E2 82 AC F0 9F 98 80 7A"],
];

const illFormed: readonly (readonly [name: string, hex: string])[] = [
  ["a continuation byte alone", "80"],
  ["the last continuation byte alone", "BF"],
  ["two bytes for U+0000", "C0 80"],
  ["two bytes for U+007F", "C1 BF"],
  ["a cut two-byte form", "C2"],
  ["a letter inside a two-byte form", "C2 41"],
  ["a lead byte inside a two-byte form", "C2 C2"],
  ["three bytes for U+07FF", "E0 9F BF"],
  ["a cut three-byte form", "E1 80"],
  ["the first high surrogate", "ED A0 80"],
  ["the last low surrogate", "ED BF BF"],
  ["a surrogate pair in six bytes", "ED A0 BD ED B8 80"],
  ["four bytes for U+FFFF", "F0 8F BF BF"],
  ["a cut four-byte form", "F1 80 80"],
  ["U+110000", "F4 90 80 80"],
  ["the lead byte F5", "F5 80 80 80"],
  ["the byte FE", "FE"],
  ["the byte FF", "FF"],
  ["a bad byte behind good ones", "61 C3 A9 C3"],
];

test("takes the borders of every row of RFC 3629, both ways", () => {
  for (const [text, hex] of legal) {
    const bytes = bytesOf(hex);
    assert.equal(isUtf8(bytes), true, hex);
    assert.equal(decodeUtf8(bytes), text, hex);
    assert.equal(utf8LengthOf(text), bytes.length, hex);
    const buffer = new Uint8Array(bytes.length + 2);
    assert.equal(writeUtf8(text, buffer, 1), bytes.length + 1, hex);
    assert.equal(hexOf(buffer.subarray(1, -1)), hexOf(bytes));
  }
});

test("refuses overlong forms, surrogates, what is above U+10FFFF and what is cut", () => {
  for (const [name, hex] of illFormed) {
    assert.equal(isUtf8(bytesOf(hex)), false, name);
    assert.equal(decodeUtf8(bytesOf(hex)), undefined, name);
  }
});

test("agrees with the code point itself for every lead byte and second byte", () => {
  for (let lead = 0; lead < 256; lead++) {
    for (let second = 0; second < 256; second++) {
      const state = nextUtf8State(nextUtf8State(UTF8_BOUNDARY, lead), second);
      assert.equal(state, stateOfPair(lead, second), `${lead} ${second}`);
    }
  }
});

// What two bytes leave open, by arithmetic on the code points they can still become.
function stateOfPair(lead: number, second: number): number {
  if (lead < 0x80) return second < 0x80 ? 0 : nextUtf8State(0, second);
  const bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc0 || lead > 0xf7 || second < 0x80 || second > 0xbf) return UTF8_ILL_FORMED;
  const least = ((lead & (0x7f >> bytes)) * 64 + (second & 0x3f)) * 64 ** (bytes - 2);
  const most = least + 64 ** (bytes - 2) - 1;
  const smallest = bytes === 2 ? 0x80 : bytes === 3 ? 0x800 : 0x10000;
  if (most < smallest || least > 0x10ffff) return UTF8_ILL_FORMED;
  if (most >= 0xd800 && least <= 0xdfff) return UTF8_ILL_FORMED;
  return bytes - 2;
}

test("stays ill-formed once it is", () => {
  for (let byte = 0; byte < 256; byte++) {
    assert.equal(nextUtf8State(UTF8_ILL_FORMED, byte), UTF8_ILL_FORMED);
  }
});

test("refuses to measure a lone surrogate, wherever it is", () => {
  for (const text of [
    "\ud800",
    "\udfff",
    "a\ud83d",
    "\ude00a",
    "\ud83d\ud83d\ude00",
    "\ude00\ud83d",
  ]) {
    assert.equal(utf8LengthOf(text), -1);
    assert.equal(utf8LengthOf(`${"x".repeat(255)}${text}`), -1);
    assert.equal(utf8LengthOf(`${text}${"x".repeat(600)}`), -1);
  }
});

test("measures and writes long texts whose pairs lie on any border", () => {
  for (let shift = 0; shift < 3; shift++) {
    const text = `${"x".repeat(254 + shift)}${"\u{1f600}".repeat(200)}\u20ac`;
    const length = 254 + shift + 800 + 3;
    assert.equal(utf8LengthOf(text), length);
    const buffer = new Uint8Array(length + 4);
    assert.equal(writeUtf8(text, buffer, 2), length + 2);
    assert.equal(decodeUtf8(buffer.subarray(2, length + 2)), text);
    assert.deepEqual([buffer[0], buffer[1], buffer[length + 2]], [0, 0, 0]);
  }
});

test("a text is plain when it has printable ASCII only, whatever else there is elsewhere", () => {
  for (const text of ["", "a", " ~", "airpair/board-a/reading", "x".repeat(1_000)]) {
    assert.ok(isPlain(text), text);
  }
  for (const other of ["\0", "\x1f", "\x7f", "\x80", "ä", "€", "\ud83d\ude00", "\ud800", "\n"]) {
    for (const text of [other, `a${other}`, `${other}a`, `${"x".repeat(300)}${other}`]) {
      assert.ok(!isPlain(text), JSON.stringify(text));
    }
  }
});
