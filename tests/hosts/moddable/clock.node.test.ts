// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type * as ClockModule from "../../../hosts/moddable/clock.ts";
import { importWithSDK } from "../../support/sdk-import.ts";

/** The SDK's `time` on a board: 32 bits, differences in 32 bits. */
const time = {
  counter: 0,
  seconds: undefined as number | undefined,
  get ticks(): number {
    return this.counter | 0;
  },
  delta: (start: number, end: number) => (end - start) | 0,
  set(seconds: number): void {
    this.seconds = seconds;
  },
};

const { SDKClock } = await importWithSDK<typeof ClockModule>("hosts/moddable/clock.ts", { time });

test("ticks go on when the counter of the SDK overflows", () => {
  time.counter = 0x7fff_fff0;
  const clock = new SDKClock({ isSet: false });
  assert.equal(clock.ticks(), 0);
  time.counter += 0x20;
  assert.equal(clock.ticks(), 0x20);
  time.counter = 0xffff_fff0;
  const before = clock.ticks();
  time.counter += 0x100;
  assert.equal(clock.ticks() - before, 0x100);
});

test("ticks stand still when the clock behind them is set back", () => {
  time.counter = 5_000;
  const clock = new SDKClock({ isSet: true });
  time.counter = 6_000;
  assert.equal(clock.ticks(), 1_000);
  time.counter = 2_000;
  assert.equal(clock.ticks(), 1_000);
  time.counter = 2_500;
  assert.equal(clock.ticks(), 1_500);
});

test("there is no wall clock until it is set, and then it is right to the millisecond", (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 1_000_000_000_123 });
  const clock = new SDKClock({ isSet: false });
  assert.equal(clock.now(), undefined);
  const moment = 1_893_456_000_789;
  clock.set(moment);
  assert.equal(time.seconds, 1_893_456_000);
  assert.equal(clock.now(), moment);
  t.mock.timers.setTime(1_000_000_000_123 + 61_001);
  assert.equal(clock.now(), moment + 61_001);
});

test("the wall clock of a PC is right from the start", (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 1_893_456_000_789 });
  const clock = new SDKClock({ isSet: true });
  assert.equal(clock.now(), 1_893_456_000_789);
});
