// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import {
  expectRefusal,
  flip,
  insert,
  leaveOut,
  lengthsOfFlights,
  type Mutation,
  same,
} from "../../support/mutated-server.ts";
import { seededRandom } from "../../support/random.ts";

test("what a server sends is believed with every byte in its place only, on any engine", () => {
  const random = seededRandom(12);
  const below = (limit: number) => Math.floor(random() * limit);
  const [first, second] = lengthsOfFlights();
  assert.ok(first > 500 && second === 6 + 45);
  for (let round = 0; round < 80; round++) {
    const isLate = round % 4 === 0;
    const at = below(isLate ? second : first);
    const mutations: Mutation[] = [
      flip(at, 1 << below(8)),
      leaveOut(at, 1 + below(8)),
      leaveOut(at, 100_000),
      insert(at, ...Array.from({ length: 1 + below(8) }, () => below(256))),
    ];
    const mutation = mutations[below(4)] ?? same;
    expectRefusal(`${round}: byte ${at}`, isLate ? same : mutation, isLate ? mutation : same);
  }
});
