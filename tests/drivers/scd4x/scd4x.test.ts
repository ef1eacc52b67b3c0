// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { SCD4x, type SCD4xOptions } from "../../../drivers/scd4x/scd4x.ts";
import type { BusFault } from "../../../hosts/virtual/bus-fault.ts";
import { SCD4xChip, type SCD4xChipOptions } from "../../../hosts/virtual/chips/scd4x.ts";
import { seededRandom } from "../../support/random.ts";
import { ClimateBench, isNear } from "../climate-bench.ts";

const minute = 60_000;

function rigOf(chipOptions: Partial<SCD4xChipOptions> = {}, options: Partial<SCD4xOptions> = {}) {
  const bench = new ClimateBench();
  const chip = new SCD4xChip({ time: bench.time, air: bench.air, ...chipOptions });
  bench.bus.attach(chip);
  bench.time.advance(30);
  const driver = new SCD4x({ ...bench.options, ...options });
  return { bench, chip, driver };
}

/** Every sample is the room; returns how many there are. */
function checkSamples({ samples, room }: ClimateBench): number {
  for (const { carbonDioxideDetector, thermometer, hygrometer } of samples) {
    assert.equal(carbonDioxideDetector?.CO2, room.CO2);
    assert.ok(isNear(thermometer?.temperature, room.temperature, 0.01));
    assert.ok(isNear(hygrometer?.humidity, room.humidity, 0.01));
  }
  return samples.length;
}

test("writes the bytes of the datasheet", () => {
  const { bench, driver } = rigOf({}, { temperatureOffset: 5.4, altitude: 1_950 });
  bench.time.advance(5_600);
  // Sensirion SCD4x v1.7: the examples of set_temperature_offset and set_sensor_altitude.
  assert.deepEqual(bench.takeTranscript(), [
    "W 3F 86",
    "W 36 F6",
    "W 36 82",
    "R 9",
    "W 20 2F",
    "R 3",
    "W 24 1D 07 E6 48",
    "W 24 27 07 9E 09",
    "W 21 B1",
    "W E4 B8",
    "R 3",
    "W E4 B8",
    "R 3",
    "W EC 05",
    "R 9",
  ]);
  driver.configure({ pressure: 98_700 });
  bench.time.advance(5_000);
  assert.equal(bench.transcript[0], "W E0 00 03 DB 42");
  assert.equal(driver.identification.model, "SCD41");
  assert.deepEqual(bench.bus.violations, []);
});

test("gives the values of the datasheet's example", () => {
  const { bench, chip } = rigOf();
  chip.force([500, 0x6667, 0x5eb9]);
  bench.time.advance(5_700);
  const { carbonDioxideDetector, thermometer, hygrometer } = bench.last() ?? {};
  assert.equal(carbonDioxideDetector?.CO2, 500);
  assert.ok(isNear(thermometer?.temperature, 25, 0.01));
  assert.ok(isNear(hygrometer?.humidity, 37, 0.01));
});

test("has a sample every five seconds, and every thirty with low power", () => {
  const { bench, driver } = rigOf();
  bench.time.advance(600 + minute);
  assert.equal(checkSamples(bench), 12);
  const ticks = bench.samples.map((sample) => sample.ticks);
  assert.ok(ticks.every((tick, i) => i === 0 || tick - (ticks[i - 1] ?? 0) === 5_000));
  driver.configure({ mode: "low-power" });
  bench.samples.length = 0;
  bench.time.advance(5_600 + 3 * minute);
  assert.equal(checkSamples(bench), 6);
  driver.configure({ mode: "periodic", interval: minute });
  bench.time.advance(minute);
  bench.samples.length = 0;
  bench.time.advance(10 * minute);
  assert.equal(checkSamples(bench), 10);
  assert.equal(driver.faults, 0);
  assert.deepEqual(bench.bus.violations, []);
});

test("asks no more than twice for one sample", () => {
  const { bench } = rigOf();
  bench.time.advance(minute);
  bench.takeTranscript();
  bench.time.advance(10 * minute);
  assert.ok(bench.transcript.length <= 6 * 121, `${bench.transcript.length} transactions`);
});

test("says which of the family it is", () => {
  const { bench, driver } = rigOf({ model: "SCD40" });
  assert.equal(driver.identification.model, undefined);
  bench.time.advance(minute);
  assert.equal(driver.identification.model, "SCD40");
  assert.deepEqual(bench.bus.violations, []);
});

test("takes over a sensor that measures, one that sleeps and one that starts slowly", () => {
  for (const prepare of ["21 B1", "36 E0", "slow"]) {
    const bench = new ClimateBench();
    const isSlow = prepare === "slow";
    bench.bus.attach(new SCD4xChip({ time: bench.time, air: bench.air, isSlow }));
    if (!isSlow) {
      bench.time.advance(30);
      const [high = 0, low = 0] = prepare.split(" ").map((byte) => Number.parseInt(byte, 16));
      bench.bus.transfer(0x62, Uint8Array.of(high, low), 0);
      bench.time.advance(7_000);
    }
    new SCD4x(bench.options);
    bench.time.advance(minute);
    assert.ok(checkSamples(bench) >= 10, `${prepare}: ${bench.samples.length} samples`);
    assert.deepEqual(bench.told, [], prepare);
    assert.deepEqual(bench.bus.violations, [], prepare);
  }
});

test("the pressure compensates the ppm, and is told again only when it has changed", () => {
  const { bench, chip, driver } = rigOf();
  bench.room.CO2 = 1_000;
  bench.room.pressure = 95_000;
  bench.time.advance(6_000);
  assert.ok(isNear(bench.last()?.carbonDioxideDetector?.CO2, 938, 1));
  for (let i = 0; i < 100; i++) {
    driver.configure({ pressure: 95_000 + (i % 7) * 10 });
    bench.time.advance(1_000);
  }
  assert.ok(isNear(bench.last()?.carbonDioxideDetector?.CO2, 1_000, 1));
  assert.equal(bench.transcript.filter((line) => line.startsWith("W E0 00")).length, 1);
  chip.reset();
  bench.time.advance(20_000);
  assert.equal(chip.settings.pressure, 95_000);
  assert.deepEqual(bench.bus.violations, []);
});

test("refuses settings that the chip does not take, and changes nothing", () => {
  const { bench, chip, driver } = rigOf();
  for (const bad of [
    { altitude: -1 },
    { altitude: 3_001 },
    { pressure: 1_013 },
    { temperatureOffset: -0.1 },
    { temperatureOffset: 21 },
    { mode: "single" },
    { interval: 1_000 },
    { altitude: Number.NaN },
    { recalibration: { CO2: 399, onDone: () => {} } },
  ]) {
    assert.throws(() => driver.configure(bad as unknown as SCD4xOptions), {
      code: "scd4x/bad-option",
    });
  }
  bench.time.advance(minute);
  assert.deepEqual(chip.settings, {
    offset: 0x05da,
    altitude: 0,
    ASC: 1,
    ASCTarget: 400,
    initialPeriod: 44,
    standardPeriod: 156,
    pressure: undefined,
  });
});

test("settings that need an idle chip are written to one, and outlive a brown-out", () => {
  const { bench, chip, driver } = rigOf();
  bench.time.advance(minute);
  driver.configure({ selfCalibration: false, temperatureOffset: 4, altitude: 500 });
  bench.time.advance(minute);
  assert.deepEqual([chip.settings.ASC, chip.settings.altitude], [0, 500]);
  chip.reset();
  assert.equal(chip.settings.altitude, 0);
  bench.time.advance(minute);
  assert.deepEqual([chip.settings.ASC, chip.settings.altitude], [0, 500]);
  assert.deepEqual(bench.bus.violations, []);
});

test("a forced recalibration needs steady air, corrects the ppm, and measuring goes on", () => {
  const { bench, chip, driver } = rigOf();
  const results: unknown[] = [];
  const calibrate = (CO2: number) => {
    driver.configure({ recalibration: { CO2, onDone: (result) => results.push(result) } });
  };
  chip.drift = 130;
  bench.room.CO2 = 430;
  assert.throws(() => calibrate(430), { code: "scd4x/not-steady", message: /0 min, and 3/ });
  bench.time.advance(2 * minute);
  bench.room.CO2 = 600;
  bench.time.advance(2 * minute);
  assert.throws(() => calibrate(430), { code: "scd4x/not-steady", message: /1 min, and 3/ });
  bench.room.CO2 = 430;
  bench.time.advance(4 * minute);
  assert.equal(bench.last()?.carbonDioxideDetector?.CO2, 560);
  calibrate(430);
  assert.throws(() => calibrate(430), { code: "scd4x/not-steady", message: /being calibrated/ });
  bench.time.advance(7_000);
  assert.deepEqual(results, [-130]);
  bench.time.advance(10_000);
  assert.equal(bench.last()?.carbonDioxideDetector?.CO2, 430);
  assert.deepEqual(bench.told, []);
  assert.deepEqual(bench.bus.violations, []);
});

test("a forced recalibration that the chip refuses, or that is disturbed, is told and not tried again", () => {
  for (const broken of ["W 36 2F", "R 3"]) {
    const { bench, driver } = rigOf();
    const codes: unknown[] = [];
    bench.time.advance(4 * minute);
    driver.configure({
      recalibration: {
        CO2: 450,
        onDone: (result) => codes.push(typeof result === "number" ? result : result.code),
      },
    });
    let isUnderWay = false;
    let left = broken === "R 3" ? 2 : 1;
    bench.breaks = () => {
      const line = bench.transcript.at(-1) ?? "";
      isUnderWay ||= line === "W 3F 86";
      const isHit = isUnderWay && left > 0 && line.startsWith(broken);
      if (isHit) left--;
      return isHit ? { kind: "fail", fault: "nack-address" } : undefined;
    };
    bench.time.advance(minute);
    assert.deepEqual(codes, ["scd4x/not-calibrated"], broken);
    const age = bench.time.ticks() - (bench.last()?.ticks ?? 0);
    assert.ok(age < 5_200, `${age} ms`);
  }
});

test("comes through a fault in any one transaction", () => {
  const faults: BusFault[] = [
    { kind: "fail", fault: "nack-address" },
    { kind: "fail", fault: "nack-data", delivered: true },
    { kind: "fail", fault: "timeout" },
    { kind: "corrupt", xor: "ones" },
    { kind: "corrupt", xor: 0x01 },
    { kind: "corrupt", xor: 0x80 },
  ];
  for (const fault of faults) {
    for (let n = 0; n < 22; n++) {
      const bench = new ClimateBench();
      bench.bus.attach(new SCD4xChip({ time: bench.time, air: bench.air }));
      bench.time.advance(30);
      bench.breaks = (index) => (index === n ? fault : undefined);
      new SCD4x(bench.options);
      bench.time.advance(25_000);
      const where = `${JSON.stringify(fault)} in transaction ${n}`;
      assert.ok(checkSamples(bench) >= 3, where);
      assert.deepEqual(bench.told, [], where);
      assert.deepEqual(bench.bus.violations, [], where);
    }
  }
});

test("notices a brown-out at any moment within 1.2 periods", () => {
  for (let n = 0; n < 40; n++) {
    const { bench, chip } = rigOf();
    for (let i = 0; i < n; i++) bench.time.step();
    chip.reset();
    bench.samples.length = 0;
    bench.time.advance(18_000);
    assert.ok(checkSamples(bench) >= 2, `after step ${n}`);
  }
});

test("tells once that the sensor is gone, and that it is back", () => {
  const { bench, chip } = rigOf();
  bench.time.advance(10_000);
  bench.bus.detach(chip);
  bench.takeTranscript();
  bench.time.advance(10 * minute);
  assert.deepEqual(bench.told, ["scd4x/absent"]);
  assert.ok(bench.transcript.length < 200, `${bench.transcript.length} transactions`);
  bench.bus.attach(chip);
  chip.reset();
  bench.samples.length = 0;
  bench.time.advance(minute);
  assert.deepEqual(bench.told, ["scd4x/absent", "well"]);
  assert.ok(checkSamples(bench) > 3);
});

test("tells a sensor without samples, and one whose checksums are wrong", () => {
  for (const [defect, code] of [
    ["stuck", "scd4x/stalled"],
    ["checksum", "scd4x/checksum"],
  ] as const) {
    const { bench, chip } = rigOf();
    bench.time.advance(minute);
    chip.defect = defect;
    bench.samples.length = 0;
    bench.time.advance(5 * minute);
    assert.deepEqual(bench.samples, []);
    assert.deepEqual(bench.told, [code]);
    chip.defect = undefined;
    bench.time.advance(2 * minute);
    assert.deepEqual(bench.told, [code, "well"]);
  }
});

test("a sample of no CO2 has none, and its temperature", () => {
  const { bench, chip } = rigOf();
  chip.force([0, 0x6667, 0x5eb9]);
  bench.time.advance(minute);
  assert.equal(bench.last()?.carbonDioxideDetector, undefined);
  assert.ok(isNear(bench.last()?.thermometer?.temperature, 25, 0.01));
});

test("readings resume after a storm of faults", () => {
  for (let seed = 1; seed <= 30; seed++) {
    const random = seededRandom(seed);
    const { bench, chip } = rigOf();
    const faults: BusFault[] = [
      { kind: "fail", fault: "nack-address" },
      { kind: "fail", fault: "timeout", delivered: true },
      { kind: "corrupt", xor: 0x10 },
    ];
    bench.breaks = () => (random() < 0.3 ? faults[Math.floor(random() * 3)] : undefined);
    for (let i = 0; i < 100; i++) {
      if (random() < 0.02) chip.reset();
      bench.time.step();
    }
    bench.breaks = undefined;
    checkSamples(bench);
    bench.samples.length = 0;
    bench.time.advance(minute);
    assert.ok(checkSamples(bench) >= 3, `seed ${seed}`);
  }
});

test("noise is not an outage: of two hours few samples are missing", () => {
  for (const [rate, least] of [
    [0.01, 0.995],
    [0.05, 0.99],
    [0.1, 0.97],
  ] as const) {
    const random = seededRandom(1);
    const { bench } = rigOf();
    bench.breaks = () => (random() < rate ? { kind: "fail", fault: "nack-address" } : undefined);
    bench.time.advance(120 * minute);
    const part = checkSamples(bench) / 1_439;
    assert.ok(part >= least, `${part} at ${rate}`);
    assert.ok(bench.told.length <= (rate < 0.1 ? 0 : 2), `${bench.told} at ${rate}`);
  }
});

test("stops the chip when it closes, in every state, and is silent afterwards", () => {
  for (let n = 0; n < 40; n++) {
    const { bench, chip, driver } = rigOf();
    for (let i = 0; i < n; i++) bench.time.step();
    // During the millisecond that a command takes it hears nothing.
    while (!chip.acknowledges()) bench.time.advance(1);
    driver.close();
    driver.close();
    const transfers = bench.bus.transfers;
    assert.equal(bench.time.pending, 0);
    bench.time.advance(minute);
    assert.equal(bench.bus.transfers, transfers);
    assert.equal(chip.period, undefined, `after step ${n}`);
    assert.throws(() => driver.sample(), { code: "scd4x/closed" });
  }
});

/** A chip that a driver has left measuring with low power, `pause` ms ago. */
function leftMeasuring(pause: number) {
  const { bench, chip, driver } = rigOf({}, { mode: "low-power", keepRunning: true });
  bench.time.advance(minute);
  driver.close();
  bench.time.advance(pause);
  bench.samples.length = 0;
  bench.takeTranscript();
  return { bench, chip };
}

const resumed = { mode: "low-power", keepRunning: true, before: "SCD41" } as const;

test("a sensor that was left measuring gives its sample at once, and goes on", () => {
  const { bench, chip } = leftMeasuring(5 * minute);
  assert.equal(chip.period, 30_000);
  const driver = new SCD4x({ ...bench.options, ...resumed });
  bench.time.advance(20);
  assert.equal(checkSamples(bench), 1);
  assert.deepEqual(bench.takeTranscript(), ["W E4 B8", "R 3", "W EC 05", "R 9"]);
  assert.equal(driver.identification.model, "SCD41");
  bench.time.advance(2 * minute);
  assert.equal(checkSamples(bench), 5);
  assert.deepEqual([driver.faults, bench.bus.violations], [0, []]);
});

test("a transaction that the bus loses costs a sensor that was left measuring no start", () => {
  for (const lost of [0, 1, 2, 3]) {
    const { bench, chip } = leftMeasuring(5 * minute);
    let count = 0;
    bench.bus.onTransfer = () =>
      count++ === lost ? { kind: "fail", fault: "nack-address" } : undefined;
    new SCD4x({ ...bench.options, ...resumed });
    bench.time.advance(200);
    assert.equal(checkSamples(bench), 1, `transaction ${lost}`);
    assert.equal(chip.period, 30_000);
  }
});

test("one that does not measure any more, or is asleep or another one, is started as ever", () => {
  const cases: ((chip: SCD4xChip) => void)[] = [
    (chip) => chip.reset(),
    (chip) => chip.write(Uint8Array.of(0x3f, 0x86)),
  ];
  for (const change of cases) {
    const { bench, chip } = leftMeasuring(5 * minute);
    change(chip);
    bench.time.advance(1_000);
    const driver = new SCD4x({ ...bench.options, ...resumed });
    bench.time.advance(32_000);
    assert.equal(checkSamples(bench), 1);
    assert.equal(driver.identification.model, "SCD41");
    assert.deepEqual(bench.bus.violations, []);
  }
  const { bench, chip } = leftMeasuring(5 * minute);
  chip.defect = "absent";
  const driver = new SCD4x({ ...bench.options, ...resumed });
  bench.time.advance(10_000);
  assert.deepEqual([driver.state, checkSamples(bench)], ["absent", 0]);
});

test("without the wish for it, and on its way to measuring, a sensor is stopped when its driver is closed", () => {
  const { bench, chip, driver } = rigOf();
  bench.time.advance(minute);
  driver.close();
  assert.equal(chip.period, undefined);
  const early = rigOf({}, { keepRunning: true });
  early.bench.time.advance(510);
  early.bench.takeTranscript();
  early.driver.close();
  assert.deepEqual(early.bench.takeTranscript(), ["W 3F 86"]);
  assert.deepEqual(bench.bus.violations, []);
});
