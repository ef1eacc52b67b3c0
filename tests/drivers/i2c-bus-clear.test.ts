// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { clearI2CBus } from "../../drivers/i2c-bus-clear.ts";
import { VirtualPins } from "../support/virtual-pins.ts";

const data = 21;
const clock = 22;

function stuckFor(clocks: number) {
  const pins = new VirtualPins();
  const line = { held: clocks, pulses: 0, written: [] as string[] };
  pins.levelOf(data, () => (line.held > 0 ? 0 : 1));
  pins.onRise(clock, () => {
    line.pulses++;
    line.held--;
  });
  pins.onWrite(data, (level) => line.written.push(`SDA ${level}`));
  return { pins, line };
}

test("clocks until the device lets go, then sends a STOP", () => {
  const { pins, line } = stuckFor(5);
  assert.equal(clearI2CBus({ io: pins.io, data, clock }), true);
  // Five clocks for the device, one for the STOP.
  assert.equal(line.pulses, 6);
  assert.deepEqual(line.written, ["SDA 0", "SDA 1"]);
  assert.deepEqual(pins.open, []);
});

test("gives up after nine clocks", () => {
  const { pins, line } = stuckFor(100);
  assert.equal(clearI2CBus({ io: pins.io, data, clock }), false);
  assert.equal(line.pulses, 9);
  assert.deepEqual(pins.open, []);
});

test("sends only a STOP to a bus that is free", () => {
  const { pins, line } = stuckFor(0);
  assert.equal(clearI2CBus({ io: pins.io, data, clock }), true);
  assert.equal(line.pulses, 1);
});

test("gives the pins back when one of them can not be had", () => {
  const { pins } = stuckFor(0);
  const taken = new pins.io({ pin: data, mode: pins.io.Input });
  assert.throws(() => clearI2CBus({ io: pins.io, data, clock }), /in use/);
  assert.deepEqual(pins.open, [data]);
  taken.close();
});
