// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { ENS160, type ENS160Options } from "../../../drivers/ens160/ens160.ts";
import { airBytes, resultOf, validityOf } from "../../../drivers/ens160/registers.ts";
import type { BusFault } from "../../../hosts/virtual/bus-fault.ts";
import { ENS160Chip, type ENS160ChipOptions } from "../../../hosts/virtual/chips/ens160.ts";
import { bytesOf, hexOf } from "../../support/hex.ts";
import { seededRandom } from "../../support/random.ts";
import { ClimateBench, isNear } from "../climate-bench.ts";

const minute = 60_000;
const room = { CO2: 660, tvoc: 174 };

function rigOf(chipOptions: Partial<ENS160ChipOptions> = {}, options: Partial<ENS160Options> = {}) {
  const bench = new ClimateBench();
  const chip = new ENS160Chip({ time: bench.time, air: { at: () => room }, ...chipOptions });
  bench.bus.attach(chip);
  bench.time.advance(10);
  const driver = new ENS160({ ...bench.options, ...options });
  return { bench, chip, driver };
}

/** Those with values have the room's; returns how many there are. */
function checkSamples({ samples }: ClimateBench): number {
  const valued = samples.filter((sample) => sample.carbonDioxideDetector || sample.vocDetector);
  for (const { carbonDioxideDetector, vocDetector, airQuality, marks } of valued) {
    assert.equal(carbonDioxideDetector?.CO2, room.CO2);
    assert.equal(vocDetector?.tvoc, room.tvoc);
    assert.equal(airQuality?.AQI, 2);
    assert.deepEqual(marks, []);
  }
  return valued.length;
}

test("captured results give the values of who captured them", () => {
  // Traces of TimHanewich/diagnosing-ens160.
  for (const [hex, validity, tvoc, CO2, AQI] of [
    ["81 02 AE 00 94 02", 0, 174, 660, 2],
    ["85 01 18 00 90 01", 1, 24, 400, 1],
    ["87 03 02 01 F8 02", 1, 258, 760, 3],
  ] as const) {
    const bytes = bytesOf(hex);
    assert.equal(validityOf(bytes[0] ?? 0), validity);
    assert.deepEqual(resultOf(bytes), { tvoc, CO2, AQI });
  }
});

test("results of a chip that does not measure, or of a dead bus, are none", () => {
  for (const hex of ["03 00 00 00 00 00", "01 00 00 00 00 00", "FF FF FF FF FF FF"]) {
    assert.equal(resultOf(bytesOf(hex)), undefined);
  }
});

test("the air is written as the datasheet has its defaults, and at most what the chip takes", () => {
  assert.equal(hexOf(airBytes(25, 50)), "8A 4A 00 64");
  assert.deepEqual(airBytes(-273, -5), airBytes(-40, 0));
  assert.deepEqual(airBytes(1_000, 120), airBytes(85, 100));
});

test("writes the bytes of the datasheet, and nothing before it has read the id", () => {
  const { bench, driver } = rigOf({}, { temperature: 25, humidityPercent: 50 });
  while (bench.samples.length === 0) bench.time.step();
  assert.deepEqual(bench.takeTranscript(), [
    "W 00 R 2",
    "W 10 R 1",
    "W 10 F0",
    "W 10 01",
    "W 10 02",
    "W 13 8A 4A 00 64",
    "W 20 R 6",
    "W 20 R 6",
  ]);
  assert.equal(driver.identification.model, "ENS160");
  assert.deepEqual(bench.bus.violations, []);
});

test("has values after three minutes of warm-up, and says until then why not", () => {
  const { bench } = rigOf();
  bench.time.advance(2 * minute);
  assert.ok(bench.samples.length >= 118);
  for (const sample of bench.samples) {
    assert.deepEqual({ ...sample, ticks: 0 }, { marks: ["warming up"], ticks: 0 });
  }
  bench.time.advance(2 * minute);
  assert.ok(checkSamples(bench) >= 58);
  assert.deepEqual(bench.told, []);
  assert.deepEqual(bench.bus.violations, []);
});

test("has values with a mark in the first hour of its life", () => {
  const { bench } = rigOf({ isNew: true });
  bench.time.advance(minute);
  assert.deepEqual(bench.last()?.marks, ["initial start-up"]);
  assert.equal(bench.last()?.carbonDioxideDetector?.CO2, 660);
  bench.time.advance(60 * minute);
  assert.deepEqual(bench.last()?.marks, []);
});

test("a board that starts again finds the chip warm", () => {
  const { bench, chip, driver } = rigOf();
  bench.time.advance(5 * minute);
  driver.close();
  const { resets } = chip;
  bench.time.advance(minute);
  bench.samples.length = 0;
  new ENS160(bench.options);
  bench.time.advance(2_000);
  assert.ok(checkSamples(bench) >= 1);
  assert.equal(chip.resets, resets);
});

test("tells the chip the air when it has changed, and again after a brown-out", () => {
  const { bench, chip, driver } = rigOf();
  bench.time.advance(10_000);
  driver.configure({ temperature: 30, humidityPercent: 85 });
  for (let i = 0; i < 60; i++) {
    driver.configure({ temperature: 30 + (i % 4) / 10, humidityPercent: 85 + (i % 3) / 4 });
    bench.time.advance(1_000);
  }
  assert.ok(isNear(chip.compensation.temperature, 30, 0.1));
  assert.ok(isNear(chip.compensation.humidity, 85, 0.1));
  assert.equal(bench.transcript.filter((line) => line.startsWith("W 13")).length, 1);
  chip.reset();
  assert.ok(isNear(chip.compensation.humidity, 50, 0.1));
  bench.time.advance(5_000);
  assert.ok(isNear(chip.compensation.humidity, 85, 1));
  assert.throws(() => driver.configure({ temperature: Number.NaN }), { code: "ens160/bad-option" });
});

test("writes nothing to a memory chip or another chip at its address", () => {
  for (const byte of [0x00, 0x42, 0xff]) {
    const bench = new ClimateBench();
    let written = 0;
    bench.bus.attach({
      address: 0x53,
      write: (bytes) => {
        written += Math.max(0, bytes.length - 1);
        return true;
      },
      read: (n) => new Uint8Array(n).fill(byte),
    });
    const driver = new ENS160(bench.options);
    bench.time.advance(10 * minute);
    assert.equal(driver.state, "wrong-id");
    assert.equal(driver.identification.model, undefined);
    assert.equal(written, 0);
    assert.deepEqual(bench.samples, []);
  }
});

test("opens where nothing answers, says so, and takes the chip that is plugged in later", () => {
  const bench = new ClimateBench();
  const driver = new ENS160(bench.options);
  bench.time.advance(10 * minute);
  assert.deepEqual(bench.told, ["ens160/absent"]);
  assert.ok(bench.bus.transfers < 40);
  bench.bus.attach(new ENS160Chip({ time: bench.time, air: { at: () => room } }));
  bench.time.advance(35_000 + 3 * minute);
  assert.deepEqual(bench.told, ["ens160/absent", "well"]);
  assert.equal(driver.state, "ready");
  assert.ok(checkSamples(bench) > 0);
});

test("zeros that call themselves normal after a brown-out are no values", () => {
  for (let n = 0; n < 30; n++) {
    const { bench, chip } = rigOf();
    bench.time.advance(4 * minute);
    for (let i = 0; i < n; i++) bench.time.step();
    bench.samples.length = 0;
    chip.reset();
    bench.time.advance(4 * minute);
    checkSamples(bench);
    const marked = bench.samples.filter(({ marks }) => marks?.[0] === "warming up").length;
    assert.ok(marked > 170 && marked < 182, `${marked} after step ${n}`);
  }
});

test("a supply that fails again and again is said instead of one warm-up after the other", () => {
  const { bench, chip } = rigOf();
  for (let i = 0; i < 6; i++) {
    bench.time.advance(20_000);
    chip.reset();
  }
  bench.time.advance(10_000);
  assert.deepEqual(bench.last()?.marks, ["keeps stopping"]);
  bench.time.advance(4 * minute);
  assert.deepEqual(bench.last()?.marks, []);
});

test("tells a chip without news, and one whose output is invalid", () => {
  const { bench, chip } = rigOf();
  bench.time.advance(5 * minute);
  chip.defect = "invalid";
  bench.time.advance(2_000);
  const { carbonDioxideDetector, vocDetector, marks } = bench.last() ?? {};
  assert.deepEqual(
    [carbonDioxideDetector, vocDetector, marks],
    [undefined, undefined, ["invalid"]],
  );
  chip.defect = "stuck";
  bench.time.advance(15_000);
  assert.ok(chip.resets > 1);
});

test("comes through a fault in any one transaction", () => {
  const faults: BusFault[] = [
    { kind: "fail", fault: "nack-address" },
    { kind: "fail", fault: "nack-data", delivered: true },
    { kind: "fail", fault: "timeout" },
    { kind: "corrupt", xor: "ones" },
    { kind: "corrupt", xor: 0x01 },
    { kind: "corrupt", xor: 0x80 },
    { kind: "corrupt", xor: 0x0c },
  ];
  for (const fault of faults) {
    for (let n = 0; n < 16; n++) {
      const bench = new ClimateBench();
      const chip = new ENS160Chip({ time: bench.time, air: { at: () => room } });
      bench.bus.attach(chip);
      bench.time.advance(10);
      bench.breaks = (index) => (index === n ? fault : undefined);
      new ENS160(bench.options);
      bench.time.advance(5_000);
      const where = `${JSON.stringify(fault)} in transaction ${n}`;
      assert.ok(bench.samples.length >= 3, where);
      assert.deepEqual(bench.told, [], where);
      bench.time.advance(3 * minute);
      assert.ok(checkSamples(bench) > 0, where);
      assert.ok(chip.resets <= 3, where);
      assert.deepEqual(bench.bus.violations, [], where);
    }
  }
});

test("noise is not an outage: of two hours few samples are missing, and no warm-up begins", () => {
  for (const [rate, least] of [
    [0.01, 0.995],
    [0.05, 0.99],
    [0.1, 0.98],
  ] as const) {
    const random = seededRandom(3);
    const { bench, chip } = rigOf();
    bench.time.advance(4 * minute);
    const { resets } = chip;
    bench.samples.length = 0;
    bench.breaks = () => (random() < rate ? { kind: "fail", fault: "nack-address" } : undefined);
    bench.time.advance(120 * minute);
    const part = checkSamples(bench) / 7_200;
    assert.ok(part >= least, `${part} at ${rate}`);
    assert.equal(chip.resets, resets);
  }
});

test("readings resume after a storm of faults", () => {
  for (let seed = 1; seed <= 30; seed++) {
    const random = seededRandom(seed);
    const { bench, chip } = rigOf();
    bench.time.advance(4 * minute);
    bench.samples.length = 0;
    const faults: BusFault[] = [
      { kind: "fail", fault: "nack-address" },
      { kind: "fail", fault: "timeout", delivered: true },
      { kind: "corrupt", xor: Math.floor(random() * 255) },
    ];
    const recent: (BusFault | undefined)[] = [];
    bench.breaks = () => {
      const drawn = random() < 0.4 ? faults[Math.floor(random() * 3)] : undefined;
      const fault = drawn?.kind === "corrupt" && recent.includes(drawn) ? undefined : drawn;
      recent.push(fault);
      if (recent.length > 2) recent.shift();
      return fault;
    };
    for (let i = 0; i < 100; i++) {
      if (random() < 0.01) chip.reset();
      bench.time.step();
    }
    bench.breaks = undefined;
    checkSamples(bench);
    bench.samples.length = 0;
    bench.time.advance(4 * minute);
    assert.ok(checkSamples(bench) >= 20, `seed ${seed}`);
  }
});

test("closes in every state and is silent afterwards", () => {
  for (let n = 0; n < 20; n++) {
    const { bench, driver } = rigOf();
    for (let i = 0; i < n; i++) bench.time.step();
    driver.close();
    driver.close();
    const { transfers } = bench.bus;
    assert.equal(bench.time.pending, 0);
    bench.time.advance(minute);
    assert.equal(bench.bus.transfers, transfers);
    assert.throws(() => driver.configure({}), { code: "ens160/closed" });
  }
});
