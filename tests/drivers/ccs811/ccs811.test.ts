// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { CCS811 } from "../../../drivers/ccs811/ccs811.ts";
import type { CCS811Options } from "../../../drivers/ccs811/ccs811-options.ts";
import { Bench, pins } from "./ccs811-bench.ts";

const minute = 60_000;

for (const firmware of ["1.1.0", "2.0.0"] as const) {
  test(`firmware ${firmware} goes from absent to ready, each state told once`, () => {
    const bench = new Bench({ chip: { firmware } });
    const driver = bench.open();
    assert.equal(driver.state.kind, "absent");
    bench.time.advance(19 * minute);
    assert.deepEqual(bench.states, ["booting", "starting", "warming", "run-in"]);
    assert.equal(driver.minutesLeft, 2);
    bench.time.advance(2 * minute);
    assert.deepEqual(bench.states.slice(4), ["ready"]);
    assert.equal(driver.minutesLeft, undefined);
    assert.deepEqual(bench.faults, []);
    assert.deepEqual(bench.bus.violations, []);
  });
}

test("marks the start values of firmware 2 until the first live value, and gives none of them as a value", () => {
  const bench = new Bench();
  bench.open();
  bench.time.advance(20_000);
  const marked = bench.samples.filter(({ faults }) => faults.length > 0);
  assert.equal(marked.length, 7);
  for (const { carbonDioxideDetector, faults } of marked) {
    assert.equal(carbonDioxideDetector, undefined);
    assert.deepEqual(faults, ["warming"]);
  }
  assert.equal(bench.samples.at(-1)?.carbonDioxideDetector?.CO2, 620);
  assert.equal(bench.samples.at(-1)?.vocDetector?.tvoc, 33);
});

test("marks the empty values of firmware 1 in the same way", () => {
  const bench = new Bench({ chip: { firmware: "1.1.0" } });
  bench.open();
  bench.time.advance(20_000);
  const first = bench.samples.slice(0, 5).map((sample) => sample.carbonDioxideDetector?.CO2);
  assert.deepEqual(first, [undefined, undefined, undefined, undefined, 620]);
  const marked = bench.samples.slice(0, 5).map(({ faults }) => faults.length);
  assert.deepEqual(marked, [1, 1, 1, 1, 0]);
});

test("400 and 0 are believed after ten samples: the air is clean", () => {
  const clean = { CO2: 400, tvoc: 0, temperature: 22, humidity: 40, pressure: 101_300 };
  const bench = new Bench({ chip: { air: { at: () => clean } } });
  bench.open();
  bench.time.advance(30_000);
  assert.equal(bench.samples.filter(({ faults }) => faults.length > 0).length, 10);
  assert.equal(bench.states.at(-1), "run-in");
});

for (const clockFactor of [0.98, 1, 1.02]) {
  test(`takes every sample of a chip whose clock runs at ${clockFactor}, soon after it`, () => {
    const bench = new Bench({ chip: { clockFactor } });
    bench.open();
    bench.time.advance(10 * minute);
    const expected = Math.floor((10 * minute - 30) / (1_000 * clockFactor)) - 3;
    assert.ok(Math.abs(bench.samples.length - expected) <= 2, `${bench.samples.length}`);
    // About two looks for a sample, each a single transaction.
    assert.ok(bench.bus.transfers < 4 * bench.samples.length);
  });
}

test("every mode delivers at its period", () => {
  for (const [mode, period] of [
    [1, 1_000],
    [2, 10_000],
    [3, 60_000],
    [4, 250],
  ] as const) {
    const bench = new Bench({ chip: { clockFactor: 1 } });
    bench.open({ mode });
    bench.time.advance(30 * minute);
    const expected = (30 * minute) / period;
    assert.ok(bench.samples.length > 0.95 * expected - 5, `mode ${mode}: ${bench.samples.length}`);
    assert.ok(bench.samples.length <= expected);
    assert.deepEqual(bench.bus.violations, []);
    assert.deepEqual(bench.faults, []);
  }
});

test("mode 4 gives current and voltage and says that there is no eCO2", () => {
  const bench = new Bench();
  const driver = bench.open({ mode: 4 });
  bench.time.advance(10_000);
  const sample = driver.sample();
  assert.deepEqual(sample?.faults, ["raw-only"]);
  assert.equal(sample?.current, 12);
  assert.ok((sample?.voltage ?? 0) > 1 && (sample?.voltage ?? 0) < 1.65);
});

test("mode 0 keeps the sensor idle and says so", () => {
  const bench = new Bench();
  const driver = bench.open({ mode: 0 });
  bench.time.advance(5 * minute);
  assert.deepEqual(driver.state, { kind: "idle", nextMode: undefined, until: undefined });
  assert.equal(bench.samples.length, 0);
  assert.equal(bench.chip.driveMode, 0);
  assert.deepEqual(bench.states, ["booting", "starting", "idle"]);
});

test("tells the identity and the versions", () => {
  const bench = new Bench({ chip: { firmware: "1.1.0" } });
  const driver = bench.open();
  assert.equal(driver.applicationVersion, undefined);
  bench.time.advance(1_000);
  assert.equal(driver.applicationVersion, 0x1100);
  assert.equal(driver.bootVersion, 0x1000);
  assert.equal((driver.hardwareVersion ?? 0) >> 4, 1);
});

test("takes a running sensor over without a reset, with its run-in and its baseline", () => {
  const bench = new Bench();
  const first = bench.open({ keepRunning: true });
  bench.time.advance(32 * minute);
  const baseline = first.readBaseline();
  const { memory: before } = first;
  first.close();
  bench.forget();
  bench.time.advance(5_000);
  const second = bench.open({ before });
  bench.time.advance(5_000);
  assert.equal(second.isAttached, true);
  assert.ok(bench.samples.length >= 4, `${bench.samples.length} samples`);
  assert.deepEqual(bench.states, ["booting", "starting", "ready"]);
  assert.equal(Math.round((second.takenOver ?? 0) / minute), 32);
  assert.deepEqual(second.readBaseline(), baseline);
  assert.equal(second.counters.starts + second.counters.softwareResets, 0);
  assert.deepEqual(bench.bus.violations, []);
});

test("what was left of a sensor that has been reset since is void", () => {
  const bench = new Bench();
  const first = bench.open({ keepRunning: true });
  bench.time.advance(32 * minute);
  const { memory: before } = first;
  first.close();
  bench.chip.brownOut();
  bench.time.advance(1_000);
  const second = bench.open({ before });
  bench.time.advance(20_000);
  assert.equal(second.isAttached, false);
  assert.equal(second.takenOver, undefined);
  assert.equal(second.state.kind, "run-in");
  assert.equal(second.minutesLeft, 20);
});

test("a rest before a slower mode goes on over a restart, and is not begun again", () => {
  const bench = new Bench();
  const first = bench.open({ keepRunning: true });
  bench.time.advance(5 * minute);
  first.configure({ mode: 3 });
  bench.time.advance(6 * minute);
  const { memory: before } = first;
  first.close();
  const second = bench.open({ mode: 3, before });
  bench.time.advance(3 * minute);
  assert.equal(second.state.kind, "idle");
  assert.equal(bench.chip.driveMode, 0);
  bench.time.advance(70_000);
  assert.equal(bench.chip.driveMode, 3);
  assert.deepEqual(bench.bus.violations, []);
});

test("clean air is believed at once by a driver that takes a sensor over", () => {
  const clean = { CO2: 400, tvoc: 0, temperature: 22, humidity: 40, pressure: 101_300 };
  const bench = new Bench({ chip: { air: { at: () => clean } } });
  const first = bench.open({ keepRunning: true });
  bench.time.advance(minute);
  const { memory: before } = first;
  first.close();
  bench.forget();
  bench.open({ before });
  bench.time.advance(5_000);
  assert.equal(bench.samples[0]?.carbonDioxideDetector?.CO2, 400);
});

test("a sensor whose mode was set by a write that seemed to fail is not taken for a found one", () => {
  const bench = new Bench();
  let failures = 0;
  bench.bus.onTransfer = ({ write }) => {
    // The write of the mode arrives, and then the bus is broken for a while.
    const isHit = failures > 0 ? failures < 12 : write?.[0] === 0x01 && write.length === 2;
    if (!isHit) return undefined;
    failures++;
    return { kind: "fail", fault: "nack-data", delivered: true };
  };
  const driver = bench.open();
  bench.time.advance(minute);
  assert.equal(failures, 12);
  assert.equal(bench.chip.driveMode, 1);
  assert.equal(driver.isAttached, false);
  assert.equal(driver.takenOver, undefined);
});

test("refuses a memory that can not be one", () => {
  const before = { measuredFor: 0, restedFor: 0, fastest: 1 };
  for (const wrong of [{ measuredFor: -1 }, { restedFor: Number.NaN }, { fastest: 5 }]) {
    assert.throws(() => new Bench().open({ before: { ...before, ...wrong } }), /not/);
  }
});

test("starts a sensor that another program has left idle without a reset", () => {
  const bench = new Bench();
  bench.open().close();
  const first = bench.open({ mode: 0 });
  bench.time.advance(1_000);
  first.close();
  const second = bench.open();
  bench.time.advance(20_000);
  assert.equal(second.isAttached, false);
  assert.equal(second.counters.starts, 0);
  assert.ok(bench.samples.length > 5);
});

test("a sensor that does not answer is no error of the constructor, and is found later", () => {
  const bench = new Bench({ absent: true });
  const driver = bench.open();
  bench.time.advance(5 * minute);
  assert.equal(driver.state.kind, "absent");
  assert.deepEqual(bench.faults, ["ccs811/no-answer"]);
  assert.deepEqual(bench.states, ["fault", "absent"]);
  bench.bus.attach(bench.chip);
  bench.time.advance(2 * minute);
  assert.deepEqual(bench.states.slice(2), ["booting", "starting", "warming", "run-in"]);
  assert.deepEqual(bench.faults, ["ccs811/no-answer", ""]);
});

test("leaves the options as they are and does not need them afterwards", () => {
  const bench = new Bench({ wired: true });
  const thresholds = Object.freeze({ lowToMedium: 500, mediumToHigh: 600 });
  const options = bench.options({ thresholds });
  const frozen = Object.freeze({ ...options, sensor: Object.freeze({ ...options.sensor }) });
  const driver = new CCS811(frozen);
  driver.configure(Object.freeze({ humidityPercent: 40, temperature: 20 }));
  bench.time.advance(20_000);
  assert.ok(bench.samples.length > 5);
  assert.deepEqual(bench.errors, []);
  driver.close();
});

test("refuses options that are not allowed, before it opens anything", () => {
  const bench = new Bench({ wired: true });
  const sensor = bench.options().sensor;
  const wrong: Record<string, unknown>[] = [
    { mode: 5 },
    { mode: -1 },
    { mode: 1.5 },
    { mode: "1" },
    { humidityPercent: Number.NaN },
    { temperature: Number.POSITIVE_INFINITY },
    { thresholds: { lowToMedium: 5, mediumToHigh: 4 } },
    { sensor: { ...sensor, address: 0x5c } },
    { sensor: { ...sensor, hz: 1_000_000 } },
    { sensor: { ...sensor, hz: Number.NaN } },
  ];
  for (const part of wrong) {
    assert.throws(() => bench.open(part as Partial<CCS811Options>), /not/, JSON.stringify(part));
    assert.deepEqual(bench.pins.open, []);
    assert.equal(bench.time.pending, 0);
  }
  bench.open().close();
});

test("configure checks everything before it changes anything", () => {
  const bench = new Bench();
  const driver = bench.open();
  bench.time.advance(10_000);
  const wrong = { humidityPercent: 80, mode: 7 } as unknown as { humidityPercent: number };
  assert.throws(() => driver.configure(wrong), /mode 7/);
  bench.time.advance(5_000);
  assert.equal(bench.chip.registers.environment.writes, 0);
  assert.equal(driver.mode, 1);
});

test("gives the bus back when a pin can not be had", () => {
  const bench = new Bench({ wired: true });
  const taken = new bench.pins.io({ pin: pins.interrupt, mode: bench.pins.io.Input });
  assert.throws(() => bench.open(), /in use/);
  assert.deepEqual(bench.pins.open, [pins.interrupt]);
  taken.close();
  bench.open().close();
});

test("callbacks come with the driver as this, and never from inside a call", () => {
  const bench = new Bench();
  const seen = new Set<unknown>();
  let isInside = true;
  function note(this: unknown): void {
    assert.equal(isInside, false);
    seen.add(this);
  }
  const driver = bench.open({ onState: note, onReading: note, onFault: note });
  driver.configure({ mode: 4 });
  driver.sample();
  isInside = false;
  bench.time.advance(10_000);
  isInside = true;
  driver.configure({ mode: 4, humidityPercent: 30 });
  driver.readBaseline();
  driver.close();
  assert.deepEqual([...seen], [driver]);
});

test("a callback that throws does not stop the driver", () => {
  const bench = new Bench();
  let readings = 0;
  bench.open({
    onReading: () => {
      readings++;
      throw new Error("mine");
    },
  });
  let thrown = 0;
  for (let i = 0; i < 200; i++) {
    try {
      bench.time.advance(100);
    } catch {
      thrown++;
    }
  }
  assert.ok(readings > 10);
  assert.equal(thrown, readings);
});

test("what the sensor showed before a rest is no sample after it", () => {
  const bench = new Bench();
  const first = bench.open();
  bench.time.advance(60_000);
  // It measures once more, and nobody reads that.
  bench.bus.onTransfer = ({ write }) =>
    write?.[0] === 0x00 ? { kind: "fail", fault: "nack-address" } : undefined;
  bench.time.advance(2_000);
  first.close();
  bench.bus.onTransfer = undefined;
  assert.equal(bench.chip.registers.status, 0x98);
  bench.time.advance(60 * 60_000);
  bench.forget();
  bench.open();
  bench.time.advance(20_000);
  const [sample] = bench.samples;
  assert.deepEqual(sample?.faults, ["warming"]);
  assert.ok(bench.samples.length >= 14 && bench.samples.length <= 17, `${bench.samples.length}`);
});
