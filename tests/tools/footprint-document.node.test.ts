// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { rowsThatDiffer } from "../../tools/footprint-document.ts";

const document = (slots: number, more = "") =>
  `# Heap\n\n| Part | online | outage |\n| --- | ---: | ---: |\n| modules/wifi | ${slots} | 160 |\n${more}`;

test("a document may be some slots off, and no more", () => {
  assert.deepEqual(rowsThatDiffer(document(160), document(160)), []);
  assert.deepEqual(rowsThatDiffer(document(160), document(184)), []);
  assert.deepEqual(rowsThatDiffer(document(160), document(185)), [
    "modules/wifi: 160 160, counted 185 160",
  ]);
  assert.equal(rowsThatDiffer(document(160), document(135)).length, 1);
});

test("with eight peers a document may be off by what some of them are in the middle of", () => {
  const peers = (one: number, eight: number) =>
    document(160, `| on a board | 2252 | ${one} | ${eight} |\n`);
  assert.deepEqual(rowsThatDiffer(peers(2_472, 3_263), peers(2_472, 3_228)), []);
  assert.equal(rowsThatDiffer(peers(2_472, 3_263), peers(2_472, 3_170)).length, 1);
  assert.equal(rowsThatDiffer(peers(2_472, 3_263), peers(2_500, 3_263)).length, 1);
});

test("a row that is missing counts, unless its class has few slots", () => {
  const small = document(160, "| Small | modules/wifi | 1 | 21 | 1 | 21 |\n");
  const big = document(160, "| Big | modules/wifi | 1 | 60 | 1 | 60 |\n");
  assert.deepEqual(rowsThatDiffer(document(160), small), []);
  assert.deepEqual(rowsThatDiffer(document(160), big), [
    "Big, modules/wifi: nothing, counted 1 60 1 60",
  ]);
});
