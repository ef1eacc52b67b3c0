// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { keys } from "../../../modules/console/key-reader.ts";
import { LineEditor } from "../../../modules/console/line-editor.ts";

function edited(text: string, ...pressed: number[]): string {
  const editor = new LineEditor();
  editor.insert(text);
  for (const key of pressed) editor.press(key);
  return `${editor.before}|${editor.text.slice(editor.before.length)}`;
}

test("the cursor moves by characters, and stops at both ends", () => {
  const { left, right, home, toEnd } = keys;
  assert.equal(edited("a😀b", left), "a😀|b");
  assert.equal(edited("a😀b", left, left), "a|😀b");
  assert.equal(edited("a😀b", left, left, left, left), "|a😀b");
  assert.equal(edited("a😀b", home, right, right), "a😀|b");
  assert.equal(edited("ab", right), "ab|");
  assert.equal(edited("ab", home, toEnd), "ab|");
});

test("characters are written and erased at the cursor", () => {
  const { left, home, backspace, delete: del, eraseLine, eraseWord } = keys;
  assert.equal(edited("ac", left, 0x62), "ab|c");
  assert.equal(edited("a😀", backspace), "a|");
  assert.equal(edited("", backspace, del), "|");
  assert.equal(edited("😀a", home, del), "|a");
  assert.equal(edited("set log", left, eraseLine), "|g");
  assert.equal(edited("set log.level  ", eraseWord), "set |");
  assert.equal(edited("set", eraseWord, eraseWord), "|");
});

test("the line holds 256 bytes, and never half a character", () => {
  assert.equal(edited("x".repeat(300)).length, 257);
  assert.equal(edited(`${"x".repeat(254)}é!`), `${"x".repeat(254)}é|`);
  assert.equal(edited(`${"x".repeat(255)}é`), `${"x".repeat(255)}|`);
});

test("up and down go through the lines before, and back to the one being typed", () => {
  const editor = new LineEditor();
  editor.remember("first");
  editor.remember("second");
  editor.insert("new");
  const shown = (key: number) => {
    editor.press(key);
    return editor.text;
  };
  const { up, down } = keys;
  assert.deepEqual([up, up, up].map(shown), ["second", "first", "first"]);
  assert.deepEqual([down, down, down].map(shown), ["second", "new", "new"]);
});

test("of the lines before, the last 16 are kept, and repetitions once", () => {
  const editor = new LineEditor();
  for (let i = 0; i < 20; i++) {
    editor.remember(`line ${i}`);
    editor.remember(`line ${i}`);
  }
  const seen = new Set<string>();
  for (let i = 0; i < 40; i++) {
    editor.press(keys.up);
    seen.add(editor.text);
  }
  assert.equal(seen.size, 16);
  assert.equal(editor.text, "line 4");
});
