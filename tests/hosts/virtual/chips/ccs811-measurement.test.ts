// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { CCS811Chip } from "../../../../hosts/virtual/chips/ccs811.ts";
import { FakeTime } from "../../../support/fake-time.ts";
import { CCS811Bench, minute } from "./ccs811-bench.ts";

/** Waits in steps for the next `count` samples; returns them as "ms after start: eCO2/TVOC". */
function samples(bench: CCS811Bench, count: number, step: number): string[] {
  const start = bench.time.ticks();
  const found: string[] = [];
  for (let turn = 0; found.length < count && turn < 1_000; turn++) {
    bench.time.advance(step);
    if ((Number.parseInt(bench.read(0x00), 16) & 8) === 0) continue;
    found.push(`${bench.time.ticks() - start}: ${bench.word(0x02)}/${bench.word(0x02, 2)}`);
  }
  return found;
}

test("2.0.0 is silent for 4 s, shows 400/0 seven times, then the room", () => {
  const bench = new CCS811Bench().start("10");
  const found = samples(bench, 9, 500);
  assert.deepEqual(found, [
    ...[4, 5, 6, 7, 8, 9, 10].map((second) => `${second}000: 400/0`),
    "11000: 1000/100",
    "12000: 1000/100",
  ]);
});

test("1.1.0 shows zeros, then 400, then the room, both outputs in lock-step", () => {
  const bench = new CCS811Bench({ firmware: "1.1.0" }).start("10");
  assert.deepEqual(samples(bench, 6, 500), [
    "1000: 0/0",
    "2000: 0/0",
    "3000: 0/0",
    "4000: 400/0",
    "5000: 1000/91",
    "6000: 1000/91",
  ]);
});

test("each drive mode has its period", () => {
  const periods = new Map([
    ["10", 1_000],
    ["20", 10_000],
    ["30", 60_000],
    ["40", 250],
  ]);
  for (const [mode, period] of periods) {
    const bench = new CCS811Bench().start(mode);
    bench.time.advance(10 * period);
    assert.equal(bench.chip.count, 10, mode);
    bench.time.advance(period - 1);
    assert.equal(bench.chip.count, 10, mode);
    bench.time.advance(1);
    assert.equal(bench.chip.count, 11, mode);
  }
  const idle = new CCS811Bench().start("08");
  idle.time.advance(10 * minute);
  assert.equal(idle.read(0x00), "90");
  assert.equal(idle.chip.nINT, 1);
});

test("the chip's clock is within two percent and differs from specimen to specimen", () => {
  const air = { at: () => ({ CO2: 500, tvoc: 5, temperature: 20, humidity: 40, pressure: 1e5 }) };
  const counts = [1, 2, 3, 4, 5, 6].map((seed) => {
    const time = new FakeTime();
    const chip = new CCS811Chip({ time, air, seed });
    time.advance(20);
    chip.write(Uint8Array.of(0xf4));
    time.advance(1);
    chip.write(Uint8Array.of(0x01, 0x10));
    time.advance(1_000_000);
    return chip.count;
  });
  assert.ok(
    counts.every((count) => count >= 980 && count <= 1_021),
    counts.join(),
  );
  assert.ok(new Set(counts).size > 3, counts.join());
});

test("the number of the sample decides which moment of the room it shows", () => {
  const bench = new CCS811Bench({ clockFactor: 1.02 }).start("10");
  bench.CO2At = (ms) => 400 + ms / 1_000;
  bench.time.advance(20 * 1_020 + 500);
  assert.equal(bench.word(0x02), 420);
  bench.time.advance(5 * 1_020);
  assert.equal(bench.word(0x02), 425);
  assert.ok(bench.looks.every((ms) => ms % 1_000 === 0));
});

test("a pause counts in whole minutes of the room, a short restart not at all", () => {
  const bench = new CCS811Bench().start("10");
  bench.CO2At = (ms) => 400 + ms / 1_000;
  bench.time.advance(20_000);
  bench.write("01 00");
  bench.time.advance(29_000);
  bench.write("01 10");
  bench.time.advance(11_000);
  assert.equal(bench.word(0x02), 400 + 20 + 11);
  bench.write("01 00");
  bench.time.advance(5 * minute + 29_000);
  bench.write("01 10");
  bench.time.advance(11_000);
  assert.equal(bench.word(0x02), 400 + 20 + 11 + 5 * 60 + 11);
});

test("samples that nobody reads are overwritten, also through hours", () => {
  const bench = new CCS811Bench().start("10");
  bench.CO2At = (ms) => 400 + ms / 3_600_000;
  bench.time.advance(48 * 60 * minute);
  assert.equal(bench.word(0x02), 448);
  assert.ok(bench.looks.length < 20, "not every second was computed");
});

test("mode 4 updates the raw data alone", () => {
  const bench = new CCS811Bench().start("10");
  bench.time.advance(15_000);
  assert.equal(bench.read(0x02, 4), "03 E8 00 64");
  bench.CO2At = () => 3_000;
  bench.write("01 40");
  bench.time.advance(250);
  assert.equal(bench.read(0x00), "98");
  assert.equal(bench.read(0x02, 4), "03 E8 00 64");
  // 12 µA, 745 / (1 + 300 / 600) = 497.
  assert.equal(bench.read(0x03, 2), "31 F1");
  assert.deepEqual(bench.violations, []);
});

test("ALG_RESULT_DATA carries copies of STATUS, ERROR_ID and RAW_DATA", () => {
  const young = new CCS811Bench().start("10");
  young.time.advance(20_000);
  assert.equal(young.read(0x02, 8), `03 E8 00 64 98 00 ${young.read(0x03, 2)}`);
  assert.equal(young.read(0x02, 8), `03 E8 00 64 90 00 ${young.read(0x03, 2)}`);
});

test("before 2.0.0 the copy of STATUS lacks DATA_READY", () => {
  const old = new CCS811Bench({ firmware: "1.1.0" }).start("10");
  old.time.advance(20_000);
  assert.equal(old.read(0x00), "98");
  assert.equal(old.read(0x02, 5), "03 E8 00 5B 90");
  assert.equal(old.read(0x00), "90");
});

test("results are clipped where the firmware clips them", () => {
  const cases = [
    ["1.1.0", 9_999, 8_192, 1_187],
    ["1.1.0", 390, 400, 0],
    ["2.0.0", 70_000, 64_000, 7_000],
    ["2.0.0", 390, 400, 39],
  ] as const;
  for (const [firmware, CO2, wantedCO2, wantedTVOC] of cases) {
    const bench = new CCS811Bench({ firmware }).start("10");
    bench.CO2At = () => CO2;
    bench.time.advance(20_000);
    assert.equal(bench.word(0x02), wantedCO2);
    assert.equal(bench.word(0x02, 2), wantedTVOC);
  }
});

test("nINT falls with new data and rises when ALG_RESULT_DATA is read", () => {
  const bench = new CCS811Bench().start("18");
  bench.time.advance(3_999);
  assert.equal(bench.chip.nINT, 1);
  bench.time.advance(1);
  assert.equal(bench.chip.nINT, 0);
  assert.equal(bench.read(0x00), "98");
  assert.equal(bench.chip.nINT, 0);
  bench.read(0x02, 8);
  assert.equal(bench.chip.nINT, 1);
  bench.time.advance(1_000);
  assert.equal(bench.chip.nINT, 0);
});

test("without INT_DATARDY nINT stays high, also with INT_THRESH", () => {
  for (const mode of ["10", "14"]) {
    const bench = new CCS811Bench().start(mode);
    bench.CO2At = () => 9_000;
    bench.time.advance(20_000);
    assert.equal(bench.read(0x00), "98");
    assert.equal(bench.chip.nINT, 1);
  }
});

test("with INT_THRESH nINT falls only on a way to another range, beyond the hysteresis", () => {
  const bench = new CCS811Bench().start("1C");
  let CO2 = 1_000;
  bench.CO2At = () => CO2;
  bench.time.advance(20_000);
  assert.equal(bench.chip.nINT, 1);
  const levels = [1_550, 1_551, 1_450, 1_449, 2_551, 2_450, 2_449, 900, 1_500].map((value) => {
    CO2 = value;
    bench.time.advance(1_000);
    const level = bench.chip.nINT;
    bench.read(0x02, 8);
    return `${value}:${level}`;
  });
  assert.deepEqual(levels, [
    "1550:1",
    "1551:0",
    "1450:1",
    "1449:0",
    "2551:0",
    "2450:1",
    "2449:0",
    "900:0",
    "1500:1",
  ]);
});

test("a crossing between two looks is not missed", () => {
  const bench = new CCS811Bench().start("1C");
  bench.CO2At = (ms) => (ms === 30_000 ? 3_000 : 1_000);
  bench.time.advance(minute);
  assert.equal(bench.chip.nINT, 0);
});

test("nINT tells its falling edge at its time, once for each", () => {
  const bench = new CCS811Bench({}, true).start("18");
  const start = bench.time.ticks();
  bench.time.advance(6_500);
  assert.deepEqual(bench.interrupts, [start + 4_000]);
  bench.read(0x02, 8);
  bench.time.advance(2_000);
  assert.deepEqual(bench.interrupts, [start + 4_000, start + 7_000]);
  bench.read(0x02, 8);
  bench.write("01 10");
  bench.time.advance(5_000);
  assert.equal(bench.interrupts.length, 2);
  bench.chip.close();
  assert.equal(bench.time.pending, 0);
});

test("nINT stays as it was while the power is off, without a timer", () => {
  const bench = new CCS811Bench({}, true).start("18");
  bench.time.advance(4_500);
  bench.read(0x02, 8);
  bench.chip.power.isOn = false;
  let steps = 0;
  const end = bench.time.ticks() + minute;
  while (bench.time.step() && bench.time.ticks() < end && steps < 1_000) steps++;
  assert.ok(steps < 10, `${steps} timers`);
  assert.equal(bench.interrupts.length, 1);
});
