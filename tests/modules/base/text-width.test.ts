// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { padded, widthOf } from "../../../modules/base/text-width.ts";

function widths(text: string): number[] {
  return [...text].map((character) => widthOf(character.codePointAt(0) ?? 0));
}

test("letters take one column, wide characters two, marks none", () => {
  assert.deepEqual(widths("aé~ßЖא"), [1, 1, 1, 1, 1, 1]);
  assert.deepEqual(widths("漢字かなカナ한글Ａ！"), Array(10).fill(2));
  assert.deepEqual(widths("😀👍🚀🧭🇩"), [2, 2, 2, 2, 1]);
  assert.deepEqual(widths("ｶﾅ→°½"), [1, 1, 1, 1, 1]);
  assert.deepEqual(widths("e\u0301"), [1, 0]);
  assert.deepEqual(widths("\u200d\ufe0f\u20e3\u0e34\u3099\u{e0100}"), [0, 0, 0, 0, 0, 0]);
});

test("the first and last character of a range belong to it, their neighbours do not", () => {
  const ranges: [number, number, number][] = [
    [0x300, 0x36f, 0],
    [0x1100, 0x115f, 2],
    [0x231a, 0x231b, 2],
    [0xac00, 0xd7a3, 2],
    [0x1f442, 0x1f4fc, 2],
    [0xe0100, 0xe01ef, 0],
  ];
  for (const [first, last, width] of ranges) {
    assert.deepEqual([first, last].map(widthOf), [width, width]);
    assert.notEqual(widthOf(first - 1), width);
    if (last !== 0x115f) assert.notEqual(widthOf(last + 1), width);
  }
  assert.equal(widthOf(0x10ffff), 1);
});

test("a text is filled up to columns, not to characters", () => {
  assert.equal(padded("cafe", 6), "cafe  ");
  assert.equal(padded("茶店", 6), "茶店  ");
  assert.equal(padded("cafe\u0301", 6), "cafe\u0301  ");
  assert.equal(padded("茶店茶店", 6), "茶店茶店");
});
