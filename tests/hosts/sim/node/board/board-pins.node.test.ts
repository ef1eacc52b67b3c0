// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { BoardPins } from "../../../../../hosts/sim/node/board/board-pins.ts";
import { CCS811Chip } from "../../../../../hosts/virtual/chips/ccs811.ts";
import { I2CBus } from "../../../../../hosts/virtual/i2c-bus.ts";
import { FakeTime } from "../../../../support/fake-time.ts";

const room = { CO2: 620, tvoc: 33, temperature: 22, humidity: 40, pressure: 101_300 };
const interruptPin = 27;

/** A chip that measures every second and calls for each sample. */
function build() {
  const time = new FakeTime();
  const bus = new I2CBus();
  const chip = new CCS811Chip({ time, air: { at: () => room }, clockFactor: 1 });
  bus.attach(chip);
  time.advance(100);
  bus.transfer(0x5a, Uint8Array.of(0xf4), 0);
  time.advance(100);
  bus.transfer(0x5a, Uint8Array.of(0x01, 0x18), 0);
  return { time, bus, pins: new BoardPins({ bus, time, timers: time, gas: chip }) };
}

test("nINT of the CCS811 falls with each sample, until nobody watches it any more", () => {
  const { time, bus, pins } = build();
  let falls = 0;
  pins.watch(1, interruptPin, () => falls++);
  time.advance(10_000);
  assert.equal(falls, 1, "it stays low until the sample is read");
  assert.equal(pins.read(interruptPin), 0);
  bus.transfer(0x5a, Uint8Array.of(0x02), 8);
  assert.equal(pins.read(interruptPin), 1);
  time.advance(1_100);
  assert.equal(falls, 2);
  pins.unwatch(1);
  bus.transfer(0x5a, Uint8Array.of(0x02), 8);
  time.advance(10_000);
  assert.equal(falls, 2);
});

test("nothing falls at another pin, nor on a board without a CCS811", () => {
  const { time, bus, pins } = build();
  let falls = 0;
  pins.watch(1, 26, () => falls++);
  const others = new BoardPins({ bus, time, timers: time, gas: undefined });
  others.watch(1, interruptPin, () => falls++);
  time.advance(5_000);
  assert.equal(falls, 0);
  assert.equal(others.read(interruptPin), 1);
});

test("the pins of the bus are those of the bus: its data line, and clocks that free it", () => {
  const { bus, pins } = build();
  assert.equal(pins.read(21), 1);
  bus.stickSDA(2);
  assert.equal(pins.read(21), 0);
  for (const level of [0, 1, 1, 0]) pins.write(22, level);
  assert.equal(pins.read(21), 0);
  pins.write(22, 1);
  assert.equal(pins.read(21), 1);
});

test("another pin has the level that was written, and there is none beyond the last", () => {
  const { pins } = build();
  assert.equal(pins.read(2), 1);
  pins.write(2, 0);
  assert.equal(pins.read(2), 0);
  assert.throws(() => pins.read(40), /there is no pin 40/);
  assert.throws(() => pins.write(40, 1), /there is no pin 40/);
});

test("where the firmware waits for a falling edge there is a button, which is pressed for three seconds", () => {
  const { time, pins } = build();
  let falls = 0;
  assert.equal(pins.hasButton, false);
  pins.watch(1, interruptPin, () => {});
  assert.equal(pins.hasButton, false, "nINT is none");
  pins.watch(2, 13, () => falls++);
  assert.deepEqual([pins.hasButton, pins.read(13)], [true, 1]);
  pins.press();
  assert.deepEqual([falls, pins.read(13), pins.read(14)], [1, 0, 1]);
  time.advance(2_000);
  pins.press();
  time.advance(2_900);
  assert.deepEqual([falls, pins.read(13)], [1, 0], "it was held on");
  time.advance(200);
  assert.equal(pins.read(13), 1);
  pins.unwatch(2);
  pins.press();
  assert.deepEqual([falls, pins.hasButton], [1, false]);
});

test("what is seen of an output is told once: its level, or how it blinks", () => {
  const { time, pins } = build();
  const seen: string[] = [];
  pins.onSeen = (text) => seen.push(text);
  const blink = (times: number, pause: number) => {
    for (let i = 0; i < times; i++) {
      pins.write(2, 1 - (i % 2));
      time.advance(pause);
    }
  };
  pins.write(2, 0);
  time.advance(5_000);
  assert.deepEqual(seen, [], "how it is at the start is nothing that happens");
  blink(21, 250);
  time.advance(2_000);
  assert.deepEqual(seen.splice(0), ["pin 2 is high", "pin 2 blinks quickly", "pin 2 is high"]);
  time.advance(60_000);
  pins.write(2, 1);
  assert.deepEqual(seen, []);
  pins.write(2, 0);
  time.advance(1_000);
  blink(10, 1_000);
  time.advance(2_000);
  assert.deepEqual(seen.splice(0), ["pin 2 is low", "pin 2 blinks slowly", "pin 2 is low"]);
  for (const level of [1, 0, 1]) pins.write(22, level);
  assert.deepEqual(seen, [], "the bus is not looked at");
  pins.clear();
  const pending = time.pending;
  pins.write(2, 1);
  assert.deepEqual([seen, time.pending], [[], pending], "after a reset it begins anew");
});
