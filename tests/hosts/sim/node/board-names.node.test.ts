// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { boardId, macOf, partnerOf, seedOf } from "../../../../hosts/sim/node/board-names.ts";
import { Air } from "../../../../hosts/virtual/air.ts";

test("fifty boards have fifty names", () => {
  const ids = Array.from({ length: 50 }, (_, index) => boardId("board", index));
  assert.deepEqual(
    [ids[0], ids[1], ids[25], ids[26], ids[49]],
    ["board-a", "board-b", "board-z", "board-aa", "board-ax"],
  );
  assert.equal(boardId("anna", 1), "anna-b");
  assert.equal(new Set(ids).size, 50);
});

test("a thousand boards have a thousand names, and a thousand MAC addresses", () => {
  const ids = Array.from({ length: 1_000 }, (_, index) => boardId("board", index));
  assert.deepEqual([ids[701], ids[702], ids[999]], ["board-zz", "board-aaa", "board-all"]);
  assert.equal(new Set(ids).size, 1_000);
  assert.equal(new Set(ids.map(macOf)).size, 1_000);
});

test("a board has its MAC address by its id, so that two simulators share none", () => {
  const names = Array.from({ length: 60 }, (_, n) => `pupil-${n}`);
  const ids = names.flatMap((name) => Array.from({ length: 50 }, (_, n) => boardId(name, n)));
  const addresses = ids.map(macOf);
  assert.equal(new Set(addresses).size, 3_000);
  for (const address of addresses) assert.match(address, /^02[0-9A-F]{10}$/);
  assert.equal(macOf("anna-a"), macOf("anna-a"));
});

test("boards are paired two by two, and the odd one follows the first", () => {
  assert.deepEqual(
    [0, 1, 2, 3].map((index) => partnerOf(index, 4)),
    [1, 0, 3, 2],
  );
  assert.deepEqual(
    [0, 1, 2].map((index) => partnerOf(index, 3)),
    [1, 0, 0],
  );
  assert.equal(partnerOf(0, 1), undefined);
});

test("two ids, and two numbers, have different seeds and so different air", () => {
  const ids = ["anna", "ben"].flatMap((name) => [0, 1, 2].map((index) => boardId(name, index)));
  const seeds = ids.flatMap((id) => [1, 2, 11].map((number) => seedOf(id, number)));
  assert.equal(new Set(seeds).size, 18);
  assert.equal(seedOf("anna-a", 1), seedOf("anna-a", 1));
  const air = seeds.map((seed) => new Air({ seed }).at(600_000).pressure);
  assert.equal(new Set(air).size, 18);
});
