// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { labelOf, serverIn, smallOf, whyNot } from "../../../modules/cloud/field-check.ts";
import type { FieldCheck } from "../../../modules/cloud/profile.ts";

const cases: Readonly<
  Record<Exclude<FieldCheck, "any">, readonly [good: readonly string[], bad: readonly string[]]>
> = {
  address: [
    ["a", "a.example:8883", "mqtt://10.0.0.1", "mqtts://a:443", "https://a", "http://a:8080"],
    ["a b", "ftp://a", "a:0", "a,b", "me:pass@a", "[::1]", "https://"],
  ],
  level: [
    ["board-a", "Büro".slice(0, 1)],
    ["a/b", "a+", "#", "a b", "$a", "ü"],
  ],
  topic: [
    ["air", "house/air"],
    ["/air", "air/", "a b", "a/+", ""],
  ],
  label: [["board_A-1"], ["a.b", "a b", "ü", "a".repeat(129)]],
  small: [
    ["board-a", "a1"],
    ["Board", "a--b", "-a", "a-", "a_b"],
  ],
  digits: [["12345"], ["12a", "-1", "1".repeat(21)]],
  base64: [["MDEy"], ["MDE", "*"]],
  certificates: [["MAA="], ["AAAA", "x"]],
};

test("each kind of value takes what is good, and says what it takes instead of what is not", () => {
  for (const [check, [good, bad]] of Object.entries(cases)) {
    for (const text of good) assert.equal(whyNot(check as FieldCheck, text), undefined, text);
    for (const text of bad) {
      const why = whyNot(check as FieldCheck, text) ?? "";
      assert.match(why, /^takes |^must /, `${check} ${text}`);
      if (text.length > 3) assert.ok(!why.includes(text), `${check} repeats ${text}`);
    }
  }
  assert.equal(whyNot("any", "any thing ü"), undefined);
});

test("an id becomes a label, a small id or a name of a server", () => {
  assert.equal(labelOf("Büro.2 a"), "B_ro_2_a");
  assert.equal(smallOf("_Board.A 2_"), "board-a-2");
  assert.equal(serverIn("mqtts://hub.example:8883"), "hub.example");
  assert.equal(serverIn("hub.example"), "hub.example");
});
