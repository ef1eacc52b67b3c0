// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { KeyReader, keys } from "../../../modules/console/key-reader.ts";

function keysOf(text: string | readonly number[]): number[] {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  const reader = new KeyReader();
  const found: number[] = [];
  for (const byte of bytes) {
    const key = reader.next(byte);
    if (key !== keys.none) found.push(key);
  }
  return found;
}

function codes(text: string): number[] {
  return [...text].map((character) => character.codePointAt(0) ?? 0);
}

test("characters of one to four bytes are keys", () => {
  assert.deepEqual(keysOf("aZ ~é€😀\u{10ffff}"), codes("aZ ~é€😀\u{10ffff}"));
});

test("CR, LF and CR LF each end one line", () => {
  const { enter } = keys;
  assert.deepEqual(keysOf("a\rb\nc\r\nd"), [0x61, enter, 0x62, enter, 0x63, enter, 0x64]);
  assert.deepEqual(keysOf("\r\r\n\n\n"), [enter, enter, enter, enter]);
});

test("the keys of a terminal are found, whichever way it sends them", () => {
  const cases: [string, number][] = [
    ["\x1b[A", keys.up],
    ["\x1bOA", keys.up],
    ["\x1b[B", keys.down],
    ["\x1b[C", keys.right],
    ["\x1b[1;5C", keys.right],
    ["\x1b[D", keys.left],
    ["\x1b[H", keys.home],
    ["\x1bOH", keys.home],
    ["\x1b[1~", keys.home],
    ["\x1b[7~", keys.home],
    ["\x1b[F", keys.toEnd],
    ["\x1b[4~", keys.toEnd],
    ["\x1b[8~", keys.toEnd],
    ["\x1b[3~", keys.delete],
    ["\x04", keys.endOfInput],
    ["\x7f", keys.backspace],
    ["\b", keys.backspace],
    ["\x01", keys.home],
    ["\x03", keys.interrupt],
    ["\x15", keys.eraseLine],
    ["\x17", keys.eraseWord],
    ["\t", keys.tab],
  ];
  for (const [text, key] of cases) {
    assert.deepEqual(keysOf(`a${text}b`), [0x61, key, 0x62], JSON.stringify(text));
  }
});

test("sequences and control characters without a meaning here are left out", () => {
  for (const text of [
    "\x1b[5~",
    "\x1b[200~",
    "\x1b[31m",
    "\x1bx",
    "\x1bOP",
    "\x1b[?25h",
    "\0",
    "\x07",
  ]) {
    assert.deepEqual(keysOf(`a${text}b`), [0x61, 0x62], JSON.stringify(text));
  }
});

test("a sequence that breaks off does not swallow the end of the line or Ctrl-C", () => {
  assert.deepEqual(keysOf("\x1b[12\r"), [keys.enter]);
  assert.deepEqual(keysOf("\x1b\x03"), [keys.interrupt]);
  assert.deepEqual(keysOf("\x1b\x1b[A"), [keys.up]);
});

test("bytes that are not UTF-8 are left out, and the next character is whole", () => {
  const cases = [
    [0xff],
    [0x80],
    [0xc3],
    [0xe2, 0x82],
    [0xf0, 0x9f, 0x98],
    [0xc0, 0x80],
    [0xed, 0xa0, 0x80],
    // C1 control characters, well-formed though they are.
    [0xc2, 0x9b],
  ];
  for (const bytes of cases) {
    assert.deepEqual(keysOf([...bytes, 0x61]), [0x61], `${bytes}`);
    assert.deepEqual(keysOf([...bytes, 0xc3, 0xa9]), [0xe9], `${bytes} é`);
  }
});
