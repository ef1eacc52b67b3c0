// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { isCurrent } from "../../tools/footprint-document.ts";

const document = (slots: number, more = "") =>
  `# Heap\n\n| Part | online | outage |\n| --- | ---: | ---: |\n| modules/wifi | ${slots} | 160 |\n${more}`;

test("a document may be some slots off, and no more", () => {
  assert.ok(isCurrent(document(160), document(160)));
  assert.ok(isCurrent(document(160), document(164)));
  assert.ok(!isCurrent(document(160), document(165)));
  assert.ok(!isCurrent(document(160), document(155)));
});

test("with eight peers a document may be off by what some of them are in the middle of", () => {
  const peers = (one: number, eight: number) =>
    document(160, `| on a board | 2252 | ${one} | ${eight} |\n`);
  assert.ok(isCurrent(peers(2_472, 3_263), peers(2_472, 3_228)));
  assert.ok(!isCurrent(peers(2_472, 3_263), peers(2_472, 3_170)));
  assert.ok(!isCurrent(peers(2_472, 3_263), peers(2_480, 3_263)));
});

test("a row that is missing counts, unless its class has few slots", () => {
  assert.ok(
    isCurrent(document(160), document(160, "| Small | modules/wifi | 1 | 21 | 1 | 21 |\n")),
  );
  assert.ok(!isCurrent(document(160), document(160, "| Big | modules/wifi | 1 | 60 | 1 | 60 |\n")));
});
