// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { type LEDPattern, PatternLED } from "../../../../modules/app/panel/pattern-led.ts";
import { checkLED, checkPin, ledIn } from "../../../../modules/base/pin-text.ts";
import { FakeTime } from "../../../support/fake-time.ts";
import { VirtualPins } from "../../../support/virtual-pins.ts";

/** An LED at pin 2, and what was written in so many ms, with the time. */
function build(text = "2") {
  const time = new FakeTime();
  const pins = new VirtualPins();
  const source: { pattern: LEDPattern } = { pattern: "off" };
  const writes: [ticks: number, level: number][] = [];
  pins.onWrite(2, (level) => writes.push([time.ticks(), level]));
  const output = new pins.io({ pin: 2, mode: pins.io.Output });
  const place = ledIn(text);
  assert.equal(place?.pin, 2);
  const led = new PatternLED({ output, led: place, timers: time, source });
  const run = (pattern: LEDPattern, ms: number) => {
    source.pattern = pattern;
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

test("an LED is off, blinks quickly, shines, and blinks slowly, and nothing is written twice", () => {
  const { run } = build();
  assert.deepEqual(run("off", 10_000), []);
  const quick = run("quick", 10_000);
  assert.ok(quick.length >= 39);
  assert.ok(pauses(quick).every((pause) => pause === 250));
  const levels = run("on", 10_000).map(([, level]) => level);
  assert.ok(levels.length <= 1 && (levels[0] ?? 1) === 1, "it shines and stays so");
  const slow = run("slow", 10_000);
  assert.ok(slow.length >= 9);
  assert.ok(
    pauses(slow)
      .slice(1)
      .every((pause) => pause === 1_000),
  );
  assert.deepEqual(run("off", 10_000).slice(1), []);
});

test("an LED that works the other way round is off with 1", () => {
  const { run } = build("2 low");
  assert.deepEqual(run("on", 1_000), [[250, 0]]);
  assert.deepEqual(run("off", 1_000), [[1_250, 1]]);
});

test("an LED of colours is green, blinks blue when it is quick and red when it is slow", () => {
  const { run } = build("2 rgb");
  assert.deepEqual(run("on", 1_000), [[250, 0x00ff00]]);
  const coloursOf = (pattern: LEDPattern) =>
    new Set(
      run(pattern, 10_000)
        .slice(1)
        .map(([, colour]) => colour),
    );
  assert.deepEqual(coloursOf("quick"), new Set([0, 0x0000ff]));
  assert.deepEqual(coloursOf("slow"), new Set([0, 0xff0000]));
});

test("a closed LED is off, and gives its pin and its timer back", () => {
  const { led, run, writes, time, pins } = build();
  run("on", 1_000);
  led.close();
  assert.equal(writes.at(-1)?.[1], 0);
  assert.deepEqual([time.pending, pins.open], [0, []]);
});

test("an LED is a pin, with low or rgb behind it; a button is a pin; either can be none", () => {
  for (const text of ["", "none", "0", "48", "2 low", "48 rgb"]) {
    assert.equal(checkLED(text), undefined, text);
  }
  for (const text of ["49", "x", "2 high", "rgb", "2  rgb", "none rgb", "-1"]) {
    assert.match(
      checkLED(text) ?? "",
      /^takes the number of a pin, 0 to 48, 2 low, 2 rgb, or none$/,
    );
  }
  for (const text of ["", "none", "0", "48"]) assert.equal(checkPin(text), undefined, text);
  for (const text of ["49", "2 low"]) {
    assert.match(checkPin(text) ?? "", /^takes the number of a pin, 0 to 48, or none$/);
  }
});
