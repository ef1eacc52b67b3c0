// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { KeyReader } from "../../../../../../hosts/sim/node/cli/screen/key-reader.ts";

function keysOf(...pieces: readonly string[]): string[] {
  const reader = new KeyReader();
  return pieces
    .flatMap((piece) => reader.take(Buffer.from(piece, "latin1")))
    .map((key) => (key.kind === "character" ? key.text : `<${key.kind}>`));
}

test("keys have names, and characters are themselves", () => {
  assert.deepEqual(keysOf("dQ1 \r\n\x7f\x03\x15\x0c"), [
    ...["d", "Q", "1", " ", "<enter>", "<enter>", "<backspace>"],
    ...["<interrupt>", "<erase-line>", "<redraw>"],
  ]);
  assert.deepEqual(keysOf("\x1b[A\x1bOB\x1b[5~\x1b[6~\x1b[H\x1b[4~"), [
    ...["<up>", "<down>", "<page-up>", "<page-down>", "<home>", "<end>"],
  ]);
});

test("a sequence that is cut is one key, and Esc alone is Esc", () => {
  assert.deepEqual(keysOf("\x1b[", "A"), ["<up>"]);
  assert.deepEqual(keysOf("\x1b[5", "~x"), ["<page-up>", "x"]);
  assert.deepEqual(keysOf("\x1b"), ["<escape>"]);
  assert.deepEqual(keysOf("\x1b", "q"), ["<escape>", "q"]);
});

test("a character of several bytes may be cut; sequences and controls that nobody knows are none", () => {
  assert.deepEqual(keysOf("\xc3", "\xa9"), ["é"]);
  assert.deepEqual(keysOf("\x1b[200~\x1b[1;5C\x01\x00"), []);
});
