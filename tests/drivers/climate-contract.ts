// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { ClimateSensor, ClimateSensorOptions } from "../../drivers/climate-sensor.ts";
import type { BusFault } from "../../hosts/virtual/bus-fault.ts";
import type { VirtualChip } from "../../hosts/virtual/i2c-bus.ts";
import type { ClimateSample } from "../../modules/ecma-419/sensor.ts";
import { seededRandom } from "../support/random.ts";
import { ClimateBench, isNear } from "./climate-bench.ts";

/** A simulated chip with the back doors that the tests need. */
export interface BenchChip extends VirtualChip {
  defect: string | undefined;
  /** As a brown-out does. */
  reset(): void;
}

/** One driver on I2C with its simulated chip. */
export interface ClimateCase {
  /** First part of the error codes. */
  readonly part: string;
  readonly interval: number;
  createChip(bench: ClimateBench): BenchChip;
  createDriver(options: ClimateBench["options"]): ClimateSensor<ClimateSensorOptions>;
  /** Corruptions of a read that the driver must notice, wherever they are. */
  readonly corruptions: readonly (number | "ones")[];
  /** What the samples hold, and how far they may be from the room. */
  readonly tolerance: {
    readonly temperature: number;
    readonly pressure?: number;
    readonly humidity?: number;
  };
}

interface Rig {
  readonly bench: ClimateBench;
  readonly chip: BenchChip;
  readonly driver: ClimateSensor<ClimateSensorOptions>;
}

function rigOf(kind: ClimateCase): Rig {
  const bench = new ClimateBench();
  const chip = kind.createChip(bench);
  bench.bus.attach(chip);
  return { bench, chip, driver: kind.createDriver(bench.options) };
}

/** The sample is the room, within the chip's tolerance, and has nothing else. */
function assertRoom(kind: ClimateCase, bench: ClimateBench, sample: ClimateSample | undefined) {
  const { room } = bench;
  const { temperature, pressure, humidity } = kind.tolerance;
  assert.ok(isNear(sample?.thermometer?.temperature, room.temperature, temperature));
  if (pressure === undefined) assert.equal(sample?.barometer, undefined);
  else assert.ok(isNear(sample?.barometer?.pressure, room.pressure, pressure));
  if (humidity === undefined) assert.equal(sample?.hygrometer, undefined);
  else assert.ok(isNear(sample?.hygrometer?.humidity, room.humidity, humidity));
}

/** Transactions up to the end of the second sample. */
function countTransfers(kind: ClimateCase): number {
  const { bench } = rigOf(kind);
  while (bench.samples.length < 2) assert.ok(bench.time.step());
  return bench.bus.transfers;
}

function faultsFor(kind: ClimateCase): BusFault[] {
  return [
    { kind: "fail", fault: "nack-address" },
    { kind: "fail", fault: "nack-data", delivered: true },
    { kind: "fail", fault: "timeout" },
    { kind: "stretch", microseconds: 3_000 },
    ...kind.corruptions.map((xor): BusFault => ({ kind: "corrupt", xor })),
  ];
}

/** What every climate driver on I2C must do, as tests. */
export function testClimateDriver(kind: ClimateCase): void {
  testSamples(kind);
  testOptions(kind);
  testFaults(kind);
  testClosing(kind);
}

function testSamples(kind: ClimateCase): void {
  test("measures by itself on its interval and hands each sample out once", () => {
    const { bench, driver } = rigOf(kind);
    bench.time.advance(5 * kind.interval);
    assert.equal(bench.samples.length, 5);
    for (const sample of bench.samples) assertRoom(kind, bench, sample);
    const ticks = bench.samples.map((sample) => sample.ticks);
    assert.ok(ticks.every((tick, i) => i === 0 || tick - (ticks[i - 1] ?? 0) === kind.interval));
    assert.equal(driver.sample(), undefined);
    assert.deepEqual(bench.bus.violations, []);
    assert.equal(driver.faults, 0);
  });

  test("gives the newest sample once when nobody takes them, without a word on the bus", () => {
    const bench = new ClimateBench();
    bench.bus.attach(kind.createChip(bench));
    const { onSample: _, ...options } = bench.options;
    const driver = kind.createDriver(options as ClimateBench["options"]);
    assert.equal(driver.sample(), undefined);
    bench.time.advance(kind.interval / 2);
    bench.room.temperature = 30;
    bench.time.advance(kind.interval);
    const transfers = bench.bus.transfers;
    assertRoom(kind, bench, driver.sample());
    assert.equal(driver.sample(), undefined);
    assert.equal(bench.bus.transfers, transfers);
  });

  test("follows a change of the interval at once", () => {
    const { bench, driver } = rigOf(kind);
    driver.configure({ interval: 60_000 });
    bench.time.advance(59_000);
    assert.equal(bench.samples.length, 1);
    driver.configure({ interval: kind.interval });
    assert.equal(bench.samples.length, 1);
    bench.time.advance(kind.interval);
    assert.equal(bench.samples.length, 3);
  });
}

function testOptions(kind: ClimateCase): void {
  test("takes frozen options and leaves them alone", () => {
    const bench = new ClimateBench();
    bench.bus.attach(kind.createChip(bench));
    const { options } = bench;
    Object.freeze(options.sensor);
    const driver = kind.createDriver(Object.freeze(options));
    driver.configure(Object.freeze({ interval: kind.interval }));
    bench.time.advance(kind.interval);
    assert.equal(bench.samples.length, 1);
  });

  test("refuses an interval out of range before it touches the bus", () => {
    const bench = new ClimateBench();
    bench.bus.attach(kind.createChip(bench));
    for (const interval of [0, -1, Number.NaN, 3_600_001]) {
      assert.throws(() => kind.createDriver({ ...bench.options, interval } as never), {
        code: `${kind.part}/bad-option`,
      });
    }
    assert.equal(bench.bus.transfers, 0);
    const driver = kind.createDriver(bench.options);
    assert.throws(() => driver.configure({ interval: 1 }), { code: `${kind.part}/bad-option` });
    bench.time.advance(kind.interval);
    assert.equal(bench.samples.length, 1);
  });

  test("opens where nothing answers, says so, and takes the chip that is plugged in later", () => {
    const bench = new ClimateBench();
    const driver = kind.createDriver(bench.options);
    assert.equal(bench.bus.transfers, 0);
    assert.equal(driver.state, "starting");
    assert.equal(driver.identification.model, undefined);
    bench.time.advance(600_000);
    assert.deepEqual(bench.told, [`${kind.part}/absent`]);
    assert.equal(driver.state, "absent");
    assert.ok(bench.bus.transfers < 40, `${bench.bus.transfers} transactions`);
    bench.bus.attach(kind.createChip(bench));
    bench.time.advance(31_000);
    assert.equal(driver.state, "ready");
    assert.deepEqual(bench.told, [`${kind.part}/absent`, "well"]);
    assertRoom(kind, bench, bench.last());
    assert.notEqual(driver.identification.model, undefined);
  });

  test("opens where another chip answers, and claims no model", () => {
    for (const byte of [0x00, 0x42, 0xff]) {
      const bench = new ClimateBench();
      const { address } = kind.createChip(bench);
      bench.bus.attach({ address, write: () => true, read: (n) => new Uint8Array(n).fill(byte) });
      const driver = kind.createDriver(bench.options);
      bench.time.advance(60_000);
      assert.ok(driver.state === "wrong-id" || driver.state === "fault", driver.state);
      assert.equal(driver.identification.model, undefined);
      assert.deepEqual(bench.samples, []);
    }
  });

  test("one address has one driver", () => {
    const { bench, driver } = rigOf(kind);
    assert.throws(() => kind.createDriver(bench.options), { code: `${kind.part}/bus` });
    driver.close();
    assert.doesNotThrow(() => kind.createDriver(bench.options));
  });
}

function testFaults(kind: ClimateCase): void {
  test("comes through a fault in any one transaction, and counts it", () => {
    const all = countTransfers(kind);
    for (const fault of faultsFor(kind)) {
      for (let n = 0; n < all; n++) assertSurvives(kind, fault, n);
    }
  });

  test("comes back to right values after a brown-out at any moment", () => {
    const all = countTransfers(kind);
    for (let n = 0; n < all + 4; n++) {
      const { bench, chip } = rigOf(kind);
      for (let i = 0; i < n; i++) bench.time.step();
      chip.reset();
      bench.samples.length = 0;
      bench.time.advance(3 * kind.interval + 1_000);
      assert.ok(bench.samples.length >= 2, `after step ${n}`);
      for (const sample of bench.samples) assertRoom(kind, bench, sample);
    }
  });

  test("tells once that the sensor is gone, keeps asking slowly, and tells that it is back", () => {
    const { bench, chip, driver } = rigOf(kind);
    bench.time.advance(kind.interval);
    bench.bus.detach(chip);
    bench.time.advance(600_000);
    assert.deepEqual(bench.told, [`${kind.part}/absent`]);
    assert.equal(driver.fault?.code, `${kind.part}/absent`);
    const attempts = bench.takeTranscript().length;
    assert.ok(attempts < 60, `${attempts} transactions`);
    bench.bus.attach(chip);
    chip.reset();
    bench.samples.length = 0;
    bench.time.advance(30_000 + kind.interval);
    assert.deepEqual(bench.told, [`${kind.part}/absent`, "well"]);
    assert.equal(driver.fault, undefined);
    assertRoom(kind, bench, bench.last());
    assert.deepEqual(bench.bus.violations, []);
  });

  test("readings resume after a storm of faults", () => {
    let samples = 0;
    for (let seed = 1; seed <= 40; seed++) samples += assertWeathers(kind, seed);
    assert.ok(samples > 40, `${samples} samples`);
  });
}

function assertSurvives(kind: ClimateCase, fault: BusFault, n: number): void {
  const { bench, driver } = rigOf(kind);
  const where = `${JSON.stringify(fault)} in transaction ${n}`;
  bench.breaks = (index) => (index === n ? fault : undefined);
  bench.time.advance(4 * kind.interval);
  assert.ok(bench.samples.length >= 3, where);
  for (const sample of bench.samples) assertRoom(kind, bench, sample);
  assert.deepEqual(bench.told, [], where);
  assert.deepEqual(bench.bus.violations, [], where);
  if (fault.kind !== "corrupt") assert.equal(driver.faults, 1, where);
}

/** Returns the number of samples that came out of the storm. */
function assertWeathers(kind: ClimateCase, seed: number): number {
  const random = seededRandom(seed);
  const { bench, chip, driver } = rigOf(kind);
  const faults = faultsFor(kind);
  // What has no checksum is read twice and compared, registers in turn; nobody can notice when both
  // are damaged alike. So the same corruption does not come again within the next two transactions.
  const recent: (BusFault | undefined)[] = [];
  bench.breaks = () => {
    const drawn = random() < 0.4 ? faults[Math.floor(random() * faults.length)] : undefined;
    const fault = drawn?.kind === "corrupt" && recent.includes(drawn) ? undefined : drawn;
    recent.push(fault);
    if (recent.length > 2) recent.shift();
    return fault;
  };
  for (let i = 0; i < 60; i++) {
    // A driver can not know of a brown-out, so what it does next may be against the rules.
    if (seed % 2 === 0 && random() < 0.05) chip.reset();
    bench.time.step();
  }
  const among = bench.samples.length;
  for (const sample of bench.samples) assertRoom(kind, bench, sample);
  bench.breaks = undefined;
  bench.samples.length = 0;
  bench.time.advance(31_000 + 2 * kind.interval);
  assertRoom(kind, bench, bench.last());
  assert.equal(driver.fault, undefined, `seed ${seed}`);
  if (seed % 2) assert.deepEqual(bench.bus.violations, [], `seed ${seed}`);
  return among;
}

function testClosing(kind: ClimateCase): void {
  test("closes in every state and is silent afterwards", () => {
    const all = countTransfers(kind);
    for (let n = 0; n < all + 4; n++) {
      const { bench, chip, driver } = rigOf(kind);
      for (let i = 0; i < n; i++) bench.time.step();
      if (n % 2) chip.defect = "absent";
      driver.close();
      driver.close();
      const before = { transfers: bench.bus.transfers, samples: bench.samples.length };
      assert.equal(bench.time.pending, 0);
      bench.time.advance(10_000);
      assert.deepEqual({ transfers: bench.bus.transfers, samples: bench.samples.length }, before);
      assert.throws(() => driver.sample(), { code: `${kind.part}/closed` });
      assert.throws(() => driver.configure({}), { code: `${kind.part}/closed` });
      chip.defect = undefined;
      assert.doesNotThrow(() => kind.createDriver(bench.options));
    }
  });

  test("may be closed from its own callbacks", () => {
    const { bench, chip, driver } = rigOf(kind);
    bench.samples.push = () => {
      driver.close();
      return 0;
    };
    bench.time.advance(5 * kind.interval);
    assert.equal(bench.time.pending, 0);
    const second = kind.createDriver(bench.options);
    bench.told.push = () => {
      second.close();
      return 0;
    };
    chip.defect = "absent";
    bench.time.advance(5 * kind.interval);
    assert.equal(bench.time.pending, 0);
  });

  test("calls back from timers only", () => {
    const { bench, driver } = rigOf(kind);
    assert.equal(bench.samples.length, 0);
    driver.configure({ interval: kind.interval });
    driver.sample();
    assert.equal(bench.samples.length + bench.told.length, 0);
  });
}
