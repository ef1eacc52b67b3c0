// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { widthOf } from "../../../modules/base/text-width.ts";

/** Code points whose width is not `width`, of those that `pattern` matches. */
function others(pattern: RegExp, width: number): [count: number, wrong: string[]] {
  let count = 0;
  const wrong: string[] = [];
  for (let code = 0xa0; code < 0xe0200; code++) {
    // Nobody has a character there.
    if (code === 0x33500) code = 0xe0000;
    if (!pattern.test(String.fromCodePoint(code))) continue;
    count++;
    if (widthOf(code) !== width) wrong.push(code.toString(16));
  }
  return [count, wrong];
}

test("the table agrees with what Node knows of Unicode", () => {
  const cases: [RegExp, number, number][] = [
    [/^\p{Unified_Ideograph}$/u, 2, 90_000],
    [/^[\p{Script=Hiragana}--\p{Mn}]$/v, 2, 100],
    [/^[\u{ac00}-\u{d7a3}]$/u, 2, 11_172],
    [/^[\p{Emoji_Presentation}--\p{Regional_Indicator}]$/v, 2, 1_000],
    [/^[\p{Script=Latin}&&\p{L}&&[\u{a0}-\u{2aff}]]$/v, 1, 900],
    [/^[\p{Script=Cyrillic}&&\p{L}]$/v, 1, 300],
    [/^[\p{Variation_Selector}--[\u{180b}-\u{180f}]]$/v, 0, 250],
    [/^[\p{Mn}&&[\u{300}-\u{6ff}\u{e00}-\u{eff}\u{1dc0}-\u{1dff}\u{20d0}-\u{20ff}]]$/v, 0, 200],
  ];
  for (const [pattern, width, least] of cases) {
    const [count, wrong] = others(pattern, width);
    assert.ok(count >= least, `${pattern}: ${count}`);
    assert.deepEqual(wrong, [], `${pattern}`);
  }
});
