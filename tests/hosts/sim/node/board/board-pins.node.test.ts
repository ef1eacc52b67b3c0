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
  return { time, bus, pins: new BoardPins({ bus, timers: time, gas: chip }) };
}

test("nINT of the CCS811 falls with each sample, until nobody watches it any more", () => {
  const { time, bus, pins } = build();
  let falls = 0;
  pins.watch(interruptPin, () => falls++);
  time.advance(10_000);
  assert.equal(falls, 1, "it stays low until the sample is read");
  assert.equal(pins.read(interruptPin), 0);
  bus.transfer(0x5a, Uint8Array.of(0x02), 8);
  assert.equal(pins.read(interruptPin), 1);
  time.advance(1_100);
  assert.equal(falls, 2);
  pins.unwatch();
  bus.transfer(0x5a, Uint8Array.of(0x02), 8);
  time.advance(10_000);
  assert.equal(falls, 2);
});

test("nothing falls at another pin, nor on a board without a CCS811", () => {
  const { time, bus, pins } = build();
  let falls = 0;
  pins.watch(26, () => falls++);
  const others = new BoardPins({ bus, timers: time, gas: undefined });
  others.watch(interruptPin, () => falls++);
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
