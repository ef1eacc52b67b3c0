// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { DHT, type DHTOptions } from "../../../drivers/dht/dht.ts";
import type { SensorError } from "../../../drivers/sensor-error.ts";
import { DHTChip, type DHTChipOptions } from "../../../hosts/virtual/chips/dht.ts";
import type { DHTEncoding } from "../../../hosts/virtual/chips/dht-frame.ts";
import { createPulseSource } from "../../../hosts/virtual/pulse-source.ts";
import type { ClimateSample } from "../../../modules/ecma-419/sensor.ts";
import { FakeTime } from "../../support/fake-time.ts";
import { bytesOf } from "../../support/hex.ts";
import { seededRandom } from "../../support/random.ts";
import { isNear } from "../climate-bench.ts";

const pin = 4;

function rigOf(chipOptions: Partial<DHTChipOptions> = {}) {
  const time = new FakeTime();
  const room = { temperature: 21.5, humidity: 45 };
  const chip = new DHTChip({ time, air: { at: () => room }, ...chipOptions });
  const samples: ClimateSample[] = [];
  const told: string[] = [];
  const starts: number[] = [];
  const line = {
    answer(startLow: number) {
      starts.push(startLow);
      return chip.answer(startLow);
    },
  };
  const io = createPulseSource({ chips: new Map([[pin, line]]), timers: time });
  const options: DHTOptions = Object.freeze({
    sensor: Object.freeze({ io, pin }),
    timers: time,
    clock: time,
    onSample: (sample: ClimateSample) => {
      samples.push(sample);
    },
    onFault: (fault: SensorError | undefined) => {
      told.push(fault?.code ?? "well");
    },
  });
  return { time, room, chip, samples, told, starts, options };
}

function assertRoom(
  room: { temperature: number; humidity: number },
  sample: ClimateSample | undefined,
) {
  assert.ok(isNear(sample?.thermometer?.temperature, room.temperature, 0.051));
  assert.ok(isNear(sample?.hygrometer?.humidity, room.humidity, 0.51));
  assert.equal(sample?.barometer, undefined);
}

test("measures every two seconds, never sooner, and throws the first, old answer away", () => {
  const { time, room, chip, samples, options, starts } = rigOf();
  const driver = new DHT(options);
  assert.equal(driver.sample(), undefined);
  time.advance(3_000);
  assert.equal(samples.length, 0);
  time.advance(17_500);
  assert.equal(samples.length, 9);
  for (const sample of samples) assertRoom(room, sample);
  assert.deepEqual(new Set(starts), new Set([1.2]));
  assert.deepEqual(chip.violations, []);
  assert.equal(driver.faults, 0);
  assert.equal(driver.identification.model, "DHT22");
});

test("asks a DHT11 every second, with a start signal that it understands", () => {
  const { time, room, chip, samples, options } = rigOf({ model: "DHT11" });
  const driver = new DHT({ ...options, model: "DHT11" });
  time.advance(20_000);
  assert.ok(samples.length >= 15, `${samples.length}`);
  for (const sample of samples) assertRoom(room, sample);
  assert.deepEqual(chip.violations, []);
  assert.equal(driver.faults, 1);
});

test("finds out by itself which model is there", () => {
  const { time, room, chip, samples, options } = rigOf({ model: "DHT11" });
  const driver = new DHT(options);
  time.advance(20_000);
  assert.equal(driver.identification.model, "DHT11");
  assertRoom(room, samples.at(-1));
  assert.deepEqual(chip.violations, []);
});

test("reaches a copy of the DHT22 that wants a long start signal", () => {
  const { time, samples, options, starts, told } = rigOf({ minStart: 18 });
  new DHT(options);
  time.advance(20_000);
  assert.ok(samples.length >= 5);
  assert.deepEqual(starts.slice(0, 3), [1.2, 20, 20]);
  assert.deepEqual(told, []);
});

test("measures below zero with every kind of part, and across zero", () => {
  for (const encoding of ["sign", "complement-16", "complement-12"] as const) {
    const { time, room, samples, options } = rigOf({ encoding: encoding as DHTEncoding });
    new DHT(options);
    time.advance(5_000);
    for (let temperature = -40; temperature <= 2; temperature += 3.5) {
      room.temperature = temperature;
      time.advance(6_000);
      assertRoom(room, samples.at(-1));
    }
  }
});

test("after a long pause the value is asked for twice, so that it is not an old one", () => {
  const { time, room, chip, samples, options } = rigOf();
  new DHT({ ...options, interval: 60_000 });
  time.advance(10_000);
  room.temperature = 30;
  time.advance(60_000);
  assert.equal(samples.length, 2);
  assertRoom(room, samples.at(-1));
  assert.deepEqual(chip.violations, []);
});

test("no damage to any one bit or pulse becomes a sample", () => {
  const { time, room, chip, samples, told, options } = rigOf();
  const driver = new DHT(options);
  time.advance(5_000);
  let expected = 0;
  const hit = (fault: Parameters<DHTChip["inject"]>[0]) => {
    chip.inject(fault);
    expected++;
    const before = samples.length;
    time.advance(12_000);
    assert.ok(samples.length > before, JSON.stringify(fault));
    for (const sample of samples) assertRoom(room, sample);
    samples.length = 0;
    assert.equal(driver.faults, expected, JSON.stringify(fault));
  };
  for (let bit = 0; bit < 40; bit++) hit({ kind: "flip", bit });
  for (let pulses = 0; pulses < 82; pulses++) hit({ kind: "cut", pulses });
  for (let pulse = 0; pulse < 82; pulse++) hit({ kind: "width", pulse, microseconds: 400 });
  assert.deepEqual(told, []);
  assert.deepEqual(chip.violations, []);
});

test("tells once what is wrong and once that it is over", () => {
  for (const [hex, code] of [
    ["02 92 01 0D B2", "dht/checksum"],
    ["00 00 00 00 00", "dht/blank"],
    ["03 E9 01 00 ED", "dht/implausible"],
  ] as const) {
    const { time, chip, samples, told, options } = rigOf();
    const driver = new DHT(options);
    chip.force(bytesOf(hex));
    time.advance(120_000);
    assert.deepEqual(told, [code]);
    assert.equal(driver.fault?.code, code);
    assert.deepEqual(samples, []);
    chip.force(undefined);
    time.advance(40_000);
    assert.deepEqual(told, [code, "well"]);
    assert.ok(samples.length > 0);
    assert.deepEqual(chip.violations, []);
  }
});

test("tells that nothing is on the line, asks slowly, and takes a sensor that is plugged in", () => {
  const { time, room, chip, samples, told, starts, options } = rigOf();
  chip.isAbsent = true;
  new DHT(options);
  time.advance(600_000);
  assert.deepEqual(told, ["dht/absent"]);
  assert.ok(starts.length < 30, `${starts.length} start signals`);
  assert.ok(starts.includes(1.2) && starts.includes(20));
  chip.isAbsent = false;
  chip.reset();
  time.advance(80_000);
  assert.deepEqual(told, ["dht/absent", "well"]);
  assertRoom(room, samples.at(-1));
});

test("readings resume after a storm of faults, and the sensor is never pressed", () => {
  for (let seed = 1; seed <= 30; seed++) {
    const random = seededRandom(seed);
    const { time, room, chip, samples, options } = rigOf({ seed });
    const driver = new DHT(options);
    for (let i = 0; i < 60; i++) {
      const n = random();
      if (n < 0.1) chip.inject({ kind: "silent" });
      else if (n < 0.2) chip.inject({ kind: "flip", bit: Math.floor(random() * 40) });
      else if (n < 0.3) chip.inject({ kind: "cut", pulses: Math.floor(random() * 83) });
      time.step();
      time.step();
    }
    for (const sample of samples) assertRoom(room, sample);
    time.advance(600_000);
    samples.length = 0;
    time.advance(31_000);
    assert.ok(samples.length > 0, `seed ${seed}`);
    assert.equal(driver.fault, undefined);
    assert.deepEqual(chip.violations, [], `seed ${seed}`);
  }
});

test("refuses bad options before it takes the pin", () => {
  const { options, time } = rigOf();
  for (const bad of [{ interval: 1_999 }, { interval: 3_600_001 }, { model: "DHT33" }]) {
    assert.throws(() => new DHT({ ...options, ...bad } as DHTOptions), {
      name: "SensorError",
      code: "dht/bad-option",
    });
  }
  const driver = new DHT({ ...options, model: "DHT11", interval: 1_000 });
  assert.throws(() => driver.configure({ interval: 999 }), { code: "dht/bad-option" });
  assert.throws(() => new DHT(options), { code: "dht/bus" });
  driver.close();
  assert.equal(time.pending, 0);
});

test("closes in every state, frees the pin and is silent afterwards", () => {
  for (let n = 0; n < 12; n++) {
    const { time, samples, starts, options } = rigOf();
    const driver = new DHT(options);
    for (let i = 0; i < n; i++) time.step();
    driver.close();
    driver.close();
    const before = { samples: samples.length, starts: starts.length };
    assert.equal(time.pending, 0);
    time.advance(10_000);
    assert.deepEqual({ samples: samples.length, starts: starts.length }, before);
    assert.throws(() => driver.sample(), { code: "dht/closed" });
    new DHT(options).close();
  }
});
