// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { PairLED } from "../../../modules/pairing/pair-led.ts";
import type { PairingState } from "../../../modules/pairing/pairing.ts";
import { FakeTime } from "../../support/fake-time.ts";
import { VirtualPins } from "../../support/virtual-pins.ts";

/** An LED at pin 2, and what was written in so many ms, with the time. */
function build(activeLow = false) {
  const time = new FakeTime();
  const pins = new VirtualPins();
  const pairing: { state: PairingState } = { state: "none" };
  const writes: [ticks: number, level: number][] = [];
  pins.onWrite(2, (level) => writes.push([time.ticks(), level]));
  const output = new pins.io({ pin: 2, mode: pins.io.Output });
  const led = new PairLED({ output, activeLow, timers: time, pairing });
  const run = (state: PairingState, ms: number) => {
    pairing.state = state;
    writes.length = 0;
    time.advance(ms);
    return writes;
  };
  return { led, pins, time, run, writes };
}

/** ms between one write and the next. */
function pauses(writes: readonly [number, number][]): number[] {
  return writes.slice(1).map(([ticks], i) => ticks - (writes[i]?.[0] ?? 0));
}

test("the LED is off without peers, blinks quickly while a pair is made, shines, and blinks slowly", () => {
  const { run } = build();
  assert.deepEqual(run("none", 10_000), []);
  const quick = run("waiting", 10_000);
  assert.ok(quick.length >= 39);
  assert.ok(pauses(quick).every((pause) => pause === 250));
  const levels = run("here", 10_000).map(([, level]) => level);
  assert.ok(levels.length <= 1 && (levels[0] ?? 1) === 1, "it shines and stays so");
  const slow = run("away", 10_000);
  assert.ok(slow.length >= 9);
  assert.ok(
    pauses(slow)
      .slice(1)
      .every((pause) => pause === 1_000),
  );
  assert.deepEqual(run("none", 10_000).slice(1), []);
});

test("an LED that works the other way round is off with 1", () => {
  const { run } = build(true);
  assert.deepEqual(run("here", 1_000), [[250, 0]]);
  assert.deepEqual(run("none", 1_000), [[1_250, 1]]);
});

test("a closed LED is off, and gives its pin and its timer back", () => {
  const { led, run, writes, time, pins } = build();
  run("here", 1_000);
  led.close();
  assert.equal(writes.at(-1)?.[1], 0);
  assert.deepEqual([time.pending, pins.open], [0, []]);
});
