// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { detailsText } from "../../../drivers/ccs811/ccs811-text.ts";
import type { AirSample } from "../../../hosts/virtual/air.ts";
import { Bench, pins, room } from "./ccs811-bench.ts";

const second = 1_000;
const minute = 60 * second;
const thresholds = Object.freeze({ lowToMedium: 800, mediumToHigh: 1_200 });

/** Air whose eCO2 follows a list of ppm, one value for each second; the last one stays. */
function airOf(...values: readonly number[]): { at(ms: number): AirSample } {
  const at = (ms: number) => {
    const index = Math.min(values.length - 1, Math.max(0, Math.round(ms / second) - 1));
    return { ...room, CO2: values[index] ?? 0 };
  };
  return { at };
}

/** Sixty seconds of clean air, and then the values. */
function later(...values: readonly number[]): { at(ms: number): AirSample } {
  return airOf(...Array.from({ length: 60 }, () => 620), ...values);
}

for (const firmware of ["1.1.0", "2.0.0"] as const) {
  test(`with nINT each sample is taken at once and the bus is quiet between them, ${firmware}`, () => {
    const bench = new Bench({ wired: true, chip: { firmware, clockFactor: 1 } });
    bench.open();
    bench.time.advance(30 * second);
    bench.forget();
    const before = bench.bus.transfers;
    bench.time.advance(minute);
    assert.equal(bench.samples.length, 60);
    assert.equal(bench.bus.transfers - before, 120, "STATUS and the result, nothing else");
    assert.deepEqual(bench.bus.violations, []);
  });
}

test("a sample is asked for when its interrupt got lost", () => {
  const bench = new Bench({ wired: true });
  const driver = bench.open();
  bench.time.advance(30 * second);
  bench.forget();
  const { fall } = bench.pins;
  bench.pins.fall = () => {};
  bench.time.advance(minute);
  bench.pins.fall = fall;
  // Three are late, until it is asked as if nINT were not wired.
  assert.ok(bench.samples.length >= 57, `${bench.samples.length}`);
  assert.equal(driver.counters.stalls, 0);
  assert.deepEqual(bench.faults, ["ccs811/no-calls"]);
  assert.match(detailsText(driver), /nINT does not call: check its wire; the sensor is asked/);
  bench.forget();
  bench.time.advance(minute);
  assert.ok(bench.samples.length >= 59, `${bench.samples.length}`);
  assert.deepEqual(bench.faults, [""]);
  assert.match(detailsText(driver), /nINT calls for each sample/);
  bench.forget();
  const before = bench.bus.transfers;
  bench.time.advance(minute);
  assert.ok(bench.bus.transfers - before <= 2 * bench.samples.length, "only where it has called");
});

test("in slow modes a sample whose interrupt got lost is not late by half a period", () => {
  for (const [mode, period] of [
    [2, 10 * second],
    [3, minute],
  ] as const) {
    const bench = new Bench({ wired: true, chip: { clockFactor: 1.02 } });
    bench.open({ mode });
    bench.time.advance(3 * period);
    bench.forget();
    bench.pins.fall = () => {};
    bench.time.advance(30 * period);
    const times = bench.samples.map(({ ticks }) => ticks);
    const gaps = times.slice(1).map((ticks, at) => ticks - (times[at] ?? 0));
    assert.ok(Math.max(...gaps) <= 1.04 * period + second, `mode ${mode}: ${Math.max(...gaps)}`);
    assert.deepEqual(bench.bus.violations, []);
  }
});

test("a loose wire at nINT that calls without end does not keep the bus busy", () => {
  const bench = new Bench({ wired: true });
  bench.open();
  bench.time.advance(30 * second);
  bench.forget();
  const before = bench.bus.transfers;
  for (let i = 0; i < 10_000; i++) {
    bench.time.advance(1);
    bench.pins.fall(pins.interrupt);
  }
  assert.ok(bench.samples.length >= 9, `${bench.samples.length}`);
  assert.ok(bench.bus.transfers - before <= 10 * 41 + 20, `${bench.bus.transfers - before}`);
  assert.deepEqual(bench.bus.violations, []);
});

test("with thresholds the chip calls for another range only, and each sample comes in time all the same", () => {
  const bench = new Bench({ wired: true, chip: { air: later(1_500), clockFactor: 1 } });
  const driver = bench.open({ thresholds });
  bench.time.advance(30 * second);
  bench.forget();
  bench.time.advance(minute);
  assert.ok(bench.samples.length >= 59);
  assert.deepEqual(bench.faults, []);
  assert.deepEqual([bench.samples[0]?.range, bench.samples.at(-1)?.range], ["low", "high"]);
  assert.match(
    detailsText(driver),
    /^co2 high: medium from 800, high from 1200 ppm, hysteresis 50\nnINT calls for another range$/m,
  );
});

test("without thresholds a sample has no range", () => {
  const bench = new Bench();
  bench.open();
  bench.time.advance(10 * second);
  assert.ok(bench.samples.every((sample) => !("range" in sample)));
});

test("an interrupt at any moment, also a false one, asks once and harms nothing", () => {
  const bench = new Bench({ wired: true });
  bench.open();
  for (let i = 0; i < 600; i++) {
    bench.time.advance(37);
    const before = bench.bus.transfers;
    bench.pins.fall(pins.interrupt);
    bench.pins.fall(pins.interrupt);
    assert.equal(bench.bus.transfers, before, "not from inside the interrupt");
  }
  bench.time.advance(10 * second);
  assert.ok(bench.samples.length > 20);
  assert.equal(bench.mostTransfers, 1);
  assert.deepEqual(bench.bus.violations, []);
});

for (const firmware of ["1.1.0", "2.0.0"] as const) {
  for (const wired of [false, true]) {
    const way = wired ? "nINT" : "polling";
    test(`each change of the range is told once, with hysteresis, ${firmware}, ${way}`, () => {
      const air = later(840, 860, 840, 760, 1_260, 1_260, 1_160, 1_140, 700);
      const bench = new Bench({ wired, chip: { firmware, air, clockFactor: 1 } });
      bench.open({ thresholds });
      bench.time.advance(2 * minute);
      assert.deepEqual(bench.alerts, ["medium", "high", "medium", "low"]);
      assert.deepEqual(bench.faults, []);
      assert.deepEqual(bench.bus.violations, []);
    });
  }
}

test("another hysteresis holds with either firmware", () => {
  for (const firmware of ["1.1.0", "2.0.0"] as const) {
    const air = later(890, 910, 790, 690);
    const bench = new Bench({ chip: { firmware, air, clockFactor: 1 } });
    bench.open({ thresholds: { ...thresholds, hysteresis: 100 } });
    bench.time.advance(2 * minute);
    assert.deepEqual(bench.alerts, ["medium", "low"], firmware);
  }
});

test("thresholds that are set in mid-run reach the chip after the next sample", () => {
  for (const wired of [false, true]) {
    const bench = new Bench({ wired, chip: { air: later(1_500) } });
    const driver = bench.open();
    bench.time.advance(20 * second);
    driver.configure({ thresholds });
    bench.time.advance(2 * second);
    const { lowToMedium, mediumToHigh } = bench.chip.thresholds;
    assert.deepEqual([lowToMedium, mediumToHigh], [800, 1_200]);
    bench.time.advance(minute);
    assert.deepEqual(bench.alerts, ["high"]);
    assert.equal(bench.chip.driveMode, 1);
    assert.deepEqual(bench.bus.violations, []);
  }
});

test("without thresholds nothing is alerted", () => {
  const bench = new Bench({ wired: true, chip: { air: later(5_000, 400, 5_000) } });
  bench.open();
  bench.time.advance(2 * minute);
  assert.deepEqual(bench.alerts, []);
});

test("a value that is marked alerts nobody", () => {
  const bench = new Bench();
  bench.open({ thresholds });
  bench.time.advance(20 * second);
  bench.bus.onTransfer = ({ write }) =>
    write?.[0] === 0x02 ? { kind: "corrupt", xor: "ones" } : undefined;
  bench.time.advance(10 * second);
  assert.ok(bench.samples.some(({ faults }) => faults.includes("bus")));
  assert.deepEqual(bench.alerts, []);
});

test("nWAKE is held low while the driver is open and let go of at the end", () => {
  const bench = new Bench({ wired: true });
  bench.chip.power.nWAKE = 1;
  const driver = bench.open();
  assert.equal(bench.chip.power.nWAKE, 0);
  bench.time.advance(10 * second);
  assert.deepEqual(bench.bus.violations, []);
  driver.close();
  assert.equal(bench.chip.power.nWAKE, 1);
});

test("a sensor asleep measures on by its own timer, and is taken over when it is woken", () => {
  const bench = new Bench({ wired: true });
  const first = bench.open({ keepRunning: true, mode: 2 });
  bench.time.advance(minute);
  first.close();
  assert.equal(bench.chip.power.nWAKE, 1);
  const count = bench.chip.count;
  bench.time.advance(minute);
  assert.equal(bench.chip.count, count + 6);
  bench.forget();
  const next = bench.open({ mode: 2 });
  bench.time.advance(minute);
  assert.equal(next.isAttached, true);
  assert.equal(next.counters.starts + next.counters.pinResets, 0);
  assert.ok(bench.samples.length >= 5);
  assert.deepEqual(bench.bus.violations, []);
});

test("a sensor that has called before the board started is read at once: it does not call again", () => {
  const bench = new Bench({ wired: true, chip: { clockFactor: 1 } });
  const first = bench.open({ keepRunning: true, mode: 3 });
  bench.time.advance(2.5 * minute);
  first.close();
  bench.time.advance(minute);
  assert.equal(bench.chip.nINT, 0);
  bench.forget();
  bench.open({ mode: 3 });
  bench.time.advance(3 * second);
  assert.equal(bench.samples.length, 1);
  assert.equal(bench.chip.nINT, 1);
  bench.time.advance(2 * minute);
  assert.equal(bench.samples.length, 3);
  assert.deepEqual([bench.faults, bench.bus.violations], [[], []]);
});
