// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { appStart, CCS811Bench, minute, swReset } from "./ccs811-bench.ts";

test("it answers 20 ms after power on; an earlier access is not the controller's fault", () => {
  const bench = new CCS811Bench();
  bench.chip.power.isOn = false;
  assert.equal(bench.read(0x00), "nack-address");
  bench.chip.power.isOn = true;
  bench.time.advance(19);
  assert.equal(bench.read(0x00), "nack-address");
  bench.time.advance(1);
  assert.equal(bench.read(0x00), "10");
  assert.deepEqual(bench.violations, []);
});

test("access within 2 ms after SW_RESET and 1 ms after APP_START is refused and a violation", () => {
  const bench = new CCS811Bench();
  bench.write(swReset);
  bench.time.advance(1);
  assert.equal(bench.read(0x00), "nack-address");
  bench.time.advance(1);
  assert.equal(bench.read(0x00), "10");
  bench.write(appStart);
  assert.equal(bench.read(0x00), "nack-address");
  bench.time.advance(1);
  assert.equal(bench.read(0x00), "90");
  assert.deepEqual(bench.violations, [
    "0x5A: access during reset",
    "0x5A: access during APP_START",
  ]);
});

test("nWAKE high puts it to sleep: no answer, yet it measures", () => {
  const bench = new CCS811Bench().start("10");
  bench.chip.power.nWAKE = 1;
  assert.equal(bench.read(0x00), "nack-address");
  assert.match(bench.violations.join(), /while nWAKE is high/);
  bench.time.advance(20_000);
  bench.chip.power.nWAKE = 0;
  assert.equal(bench.read(0x00), "nack-address");
  assert.match(bench.violations.join(), /less than 50 µs after nWAKE/);
  bench.time.advance(0.05);
  assert.equal(bench.read(0x00), "98");
  assert.equal(bench.chip.count, 20);
});

test("nRESET resets, also asleep, when it was low for long enough", () => {
  const bench = new CCS811Bench().start("10");
  const { power } = bench.chip;
  power.nWAKE = 1;
  power.nRESET = 0;
  bench.time.advance(1);
  power.nRESET = 1;
  power.nWAKE = 0;
  bench.time.advance(2);
  assert.equal(bench.read(0x00), "10");
  assert.deepEqual(bench.violations, []);
  power.nRESET = 0;
  assert.equal(bench.read(0x00), "nack-address");
  power.nRESET = 1;
  assert.deepEqual(bench.violations, [
    "0x5A: access while nRESET is low",
    "0x5A: nRESET was low for under 20 µs",
  ]);
});

test("hardware faults come back at each measurement, with 400/0 and a saturated voltage", () => {
  for (const bit of [0x08, 0x10, 0x20, 0x28]) {
    const bench = new CCS811Bench().start("10");
    bench.time.advance(15_000);
    bench.read(0x02, 8);
    bench.chip.hardwareFaults = bit;
    assert.equal(bench.read(0x00), "90");
    bench.time.advance(1_000);
    const hex = bit.toString(16).padStart(2, "0");
    assert.equal(bench.read(0x02, 8), `01 90 00 00 99 ${hex} 07 FF`);
    assert.equal(bench.read(0x00), "91");
    assert.equal(bench.read(0xe0), hex);
    assert.equal(bench.read(0x00), "90");
    bench.time.advance(1_000);
    assert.equal(bench.read(0x00), "99");
    bench.chip.hardwareFaults = 0;
    bench.read(0xe0);
    bench.time.advance(1_000);
    assert.equal(bench.read(0x02, 6), "03 E8 00 64 98 00");
    assert.deepEqual(bench.violations, []);
  }
});

test("every bit of ERROR_ID can be raised once", () => {
  for (let bit = 1; bit < 0x40; bit <<= 1) {
    const bench = new CCS811Bench().start("10");
    bench.chip.registers.raise(bit);
    assert.equal(bench.read(0x00), "91");
    assert.equal(Number.parseInt(bench.read(0xe0), 16), bit);
    assert.equal(bench.read(0xe0), "00");
  }
});

test("a brown-out drops it into boot mode; what the controller cannot know is excused", () => {
  const bench = new CCS811Bench().start("18");
  bench.time.advance(20_000);
  bench.chip.brownOut();
  assert.equal(bench.read(0x00), "nack-address");
  bench.time.advance(20);
  assert.equal(bench.chip.nINT, 1);
  bench.read(0x02, 8);
  bench.write("05 64 00 64 00");
  assert.equal(bench.read(0x00), "11");
  assert.equal(bench.read(0xe0), "03");
  assert.deepEqual(bench.violations, []);
  bench.write(appStart);
  bench.read(0x00);
  assert.deepEqual(bench.violations, ["0x5A: access during APP_START"]);
});

test("a disturbed transaction excuses what follows from it until the next reset", () => {
  const bench = new CCS811Bench();
  bench.bus.inject({ kind: "corrupt", xor: 0x80 });
  assert.equal(bench.read(0x00), "90");
  bench.write("01 10");
  bench.read(0x02, 8);
  assert.deepEqual(bench.violations, []);
  bench.read(0x02, 9);
  bench.read(0x20, 2);
  assert.equal(bench.violations.length, 1);
  bench.write(swReset);
  bench.time.advance(2);
  bench.write("01 10");
  assert.equal(bench.violations.length, 2);
});

test("a stalled chip answers without new data until a reset", () => {
  const bench = new CCS811Bench({}, true).start("18");
  bench.time.advance(15_000);
  bench.chip.stall();
  bench.read(0x02, 8);
  bench.time.advance(10 * minute);
  assert.equal(bench.read(0x00), "90");
  bench.write(swReset);
  bench.time.advance(2);
  bench.start("18");
  bench.time.advance(4_000);
  assert.equal(bench.read(0x00), "98");
});

test("a silent chip answers again only after nRESET or a power cycle", () => {
  for (const cure of ["pin", "power"]) {
    const bench = new CCS811Bench().start("10");
    bench.chip.power.silence();
    assert.equal(bench.read(0x00), "nack-address");
    assert.equal(bench.write(swReset), "nack-address");
    const { power } = bench.chip;
    if (cure === "pin") power.nRESET = 0;
    else power.isOn = false;
    bench.time.advance(1);
    if (cure === "pin") power.nRESET = 1;
    else power.isOn = true;
    bench.time.advance(20);
    assert.equal(bench.read(0x00), "10");
    assert.deepEqual(bench.violations, []);
  }
});

test("all reads can be 0xFF", () => {
  const bench = new CCS811Bench();
  bench.chip.readsOnes = true;
  assert.equal(bench.read(0x20), "FF");
  assert.equal(bench.read(0x24, 2), "FF FF");
  bench.chip.readsOnes = false;
  assert.equal(bench.read(0x20), "81");
  assert.deepEqual(bench.violations, []);
});

test("a start that got lost leaves it in boot mode, the next one works", () => {
  const bench = new CCS811Bench();
  bench.chip.registers.lostStarts = 1;
  bench.start();
  assert.equal(bench.read(0x00), "10");
  bench.start();
  assert.equal(bench.read(0x00), "90");
  assert.deepEqual(bench.violations, []);
});

test("it stretches the clock, over the limit when told to", () => {
  const bench = new CCS811Bench();
  assert.equal(bench.bus.transfer(0x5a, Uint8Array.of(0), 1).microseconds, 390 + 60);
  bench.chip.stretchMicroseconds = 2_500;
  assert.equal(bench.read(0x00), "timeout");
});

test("every reset is told, so that a board can free the bus", () => {
  const kinds: string[] = [];
  const bench = new CCS811Bench({ onReset: (kind) => kinds.push(kind) });
  bench.write(swReset);
  bench.chip.power.nRESET = 0;
  bench.time.advance(1);
  bench.chip.power.nRESET = 1;
  bench.chip.brownOut();
  bench.chip.power.isOn = false;
  bench.chip.power.isOn = true;
  assert.deepEqual(kinds, ["software", "pin", "brown-out", "power"]);
});

test("the chip keeps its own list of violations, bounded", () => {
  const bench = new CCS811Bench();
  for (let n = 0; n < 1_200; n++) bench.write("00 00");
  assert.equal(bench.chip.violations.length, 1_000);
  assert.equal(bench.violations.length, 1_000);
});
