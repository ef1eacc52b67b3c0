// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { gasSensors } from "../../../../drivers/gas-list.ts";
import { Air } from "../../../../hosts/virtual/air.ts";
import { CCS811Chip } from "../../../../hosts/virtual/chips/ccs811.ts";
import { createI2C } from "../../../../hosts/virtual/i2c.ts";
import { I2CBus } from "../../../../hosts/virtual/i2c-bus.ts";
import { locateGas, RunningGas } from "../../../../modules/app/start/start-gas.ts";
import { FakeTime } from "../../../support/fake-time.ts";
import { LogBook } from "../../../support/log-book.ts";
import { VirtualPins } from "../../../support/virtual-pins.ts";

const resetPin = 4;

function build({ isThere = true } = {}) {
  const time = new FakeTime();
  const bus = new I2CBus();
  const pins = new VirtualPins();
  const chip = new CCS811Chip({ time, air: new Air({ seed: 1 }) });
  pins.onWrite(resetPin, (level) => {
    chip.power.nRESET = level;
  });
  chip.power.isOn = true;
  if (isThere) bus.attach(chip);
  const book = new LogBook();
  const wiring = { io: createI2C(bus), data: 21, clock: 22 };
  const gas = new RunningGas({
    ...locateGas(gasSensors, 0x5a, { bus: wiring, clock: time }),
    bus: wiring,
    digital: { io: pins.io, reset: resetPin },
    mode: 1,
    interrupt: undefined,
    thresholds: undefined,
    timers: time,
    clock: time,
    log: book.log,
    owner: { addGas: () => {}, hasOtherGas: false },
    retained: undefined,
  });
  return { time, chip, book, gas };
}

test("what the gas sensor goes through is told, with a warning when something is wrong", () => {
  const { time, chip, book, gas } = build();
  time.advance(60_000);
  assert.deepEqual(book.events.slice(0, 3), [
    "ccs811/booting",
    "ccs811/starting",
    "ccs811/warming",
  ]);
  assert.ok(
    book.lines.every(({ level }) => level === "info"),
    book.text,
  );
  assert.match(gas.text, /run-in/);
  assert.match(gas.details, /^mode 1, hardware 0x12/);
  chip.power.silence();
  time.advance(60_000);
  const fault = book.lines.find(({ event }) => event === "fault");
  assert.equal(fault?.level, "warn");
  // Its reset pin is wired, and brings it back.
  assert.match(gas.details, / 1 pin resets/);
  assert.match(gas.text, /run-in/);
  // Each is told once: as a state, or as trouble.
  assert.equal(book.events.filter((event) => event === "ccs811/trouble").length, 0);
  gas.close();
});

test("two errors of the sensor at once are both told", () => {
  const { time, chip, book, gas } = build();
  time.advance(60_000);
  chip.hardwareFaults = 0x28;
  time.advance(10_000);
  const told = book.lines.filter(({ level }) => level === "warn").map(({ text }) => text);
  assert.equal(told.length, 2, told.join("; "));
  assert.match(told[0] ?? "", /sensing layer is out of range/);
  assert.match(told[1] ?? "", /heater gets no proper voltage/);
  assert.match(gas.details, /MAX_RESISTANCE 1, HEATER_SUPPLY 1/);
  gas.close();
});

test("a sensor that is not there is told with a warning", () => {
  const { time, book, gas } = build({ isThere: false });
  time.advance(60_000);
  assert.ok(
    book.lines.some(({ level, event }) => level === "warn" && event === "absent"),
    book.text,
  );
  gas.close();
});

test("another mode says how long the sensor rests first, and has its own pace of readings", () => {
  const { time, gas } = build();
  time.advance(60_000);
  assert.equal(gas.period, 1_000);
  assert.equal(gas.changeMode(2), 600_000);
  assert.equal(gas.period, 10_000);
  assert.deepEqual(
    ([0, 1, 2, 3, 4] as const).map((mode) => gasSensors[0].period(mode)),
    [1_000, 1_000, 10_000, 60_000, 1_000],
  );
  gas.close();
});

test("the gas sensor is looked for at its usual address, then at the others of all kinds", () => {
  const time = new FakeTime();
  const bus = new I2CBus();
  const chip = new CCS811Chip({ time, air: new Air({ seed: 1 }), address: 0x5b });
  chip.power.isOn = true;
  const wiring = { bus: { io: createI2C(bus), data: 21, clock: 22 }, clock: time };
  const [kind] = gasSensors;
  const other = { ...kind, model: "another", addresses: [0x30] };
  assert.deepEqual(locateGas([kind, other], 0x5a, wiring), { kind, address: 0x5a });
  assert.equal(bus.transfers, 3);
  bus.attach(chip);
  time.advance(1_000);
  assert.deepEqual(locateGas([other, kind], 0x5a, wiring), { kind, address: 0x5b });
  assert.deepEqual(locateGas([kind], 0x5b, wiring), { kind, address: 0x5b });
  assert.equal(bus.transfers, 7);
});
