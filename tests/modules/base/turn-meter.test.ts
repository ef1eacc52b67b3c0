// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { TurnMeter } from "../../../modules/base/turn-meter.ts";

function build() {
  let now = 0;
  const meter = new TurnMeter(() => now);
  const turn = (ms: number) => {
    meter.begin();
    now += ms;
    meter.end();
    // Nothing happens for a while: that is no turn.
    now += 100;
  };
  return { meter, turn, move: (ms: number) => (now += ms) };
}

test("turns are counted with their mean and the longest, and the pauses between them are not", () => {
  const { meter, turn } = build();
  assert.deepEqual(meter.all, { turns: 0, mean: 0, longest: 0 });
  for (const ms of [1, 5, 0]) turn(ms);
  assert.deepEqual(meter.all, { turns: 3, mean: 2, longest: 5 });
});

test("the recent turns are those since somebody has last asked for them", () => {
  const { meter, turn } = build();
  for (const ms of [1, 9]) turn(ms);
  assert.deepEqual(meter.takeRecent(), { turns: 2, mean: 5, longest: 9 });
  assert.deepEqual(meter.takeRecent(), { turns: 0, mean: 0, longest: 0 });
  turn(2);
  assert.deepEqual(meter.takeRecent(), { turns: 1, mean: 2, longest: 2 });
  assert.deepEqual(meter.all, { turns: 3, mean: 4, longest: 9 });
});

test("a callback inside another belongs to its turn, and one that asks is not yet counted", () => {
  const { meter, move } = build();
  meter.begin();
  move(1);
  meter.begin();
  move(2);
  meter.end();
  assert.equal(meter.takeRecent().turns, 0);
  move(3);
  meter.end();
  assert.deepEqual(meter.takeRecent(), { turns: 1, mean: 6, longest: 6 });
});

test("a clock that steps back costs no time", () => {
  const { meter, turn } = build();
  turn(-1_000);
  turn(2);
  assert.deepEqual(meter.all, { turns: 2, mean: 1, longest: 2 });
});
