// SPDX-License-Identifier: MIT

// Measured for counts: a driver of each sensor at work with its simulated chip for ten minutes. A
// command has the index of the kind, and 1 when the driver is to be opened or 0 for the chip alone.

import { allSensors } from "../../../hosts/sim/xs/sensors.ts";
import { Air } from "../../../hosts/virtual/air.ts";
import { AHT2xChip } from "../../../hosts/virtual/chips/aht2x.ts";
import { BME280Chip } from "../../../hosts/virtual/chips/bme280.ts";
import { BMP180Chip } from "../../../hosts/virtual/chips/bmp180.ts";
import { ENS160Chip } from "../../../hosts/virtual/chips/ens160.ts";
import { HDC1080Chip } from "../../../hosts/virtual/chips/hdc1080.ts";
import { SCD4xChip } from "../../../hosts/virtual/chips/scd4x.ts";
import { SHT3xChip } from "../../../hosts/virtual/chips/sht3x.ts";
import { Si7021Chip } from "../../../hosts/virtual/chips/si7021.ts";
import { createI2C } from "../../../hosts/virtual/i2c.ts";
import { I2CBus, type VirtualChip } from "../../../hosts/virtual/i2c-bus.ts";
import { FakeTime } from "../../../tests/support/fake-time.ts";

/** Provided by the worker. */
declare function gc(): void;

type Part = (typeof allSensors)[number]["part"];
type Surroundings = { readonly time: FakeTime; readonly air: Air };

const chips: Readonly<Record<Part, (around: Surroundings) => VirtualChip>> = {
  scd4x: (around) => new SCD4xChip(around),
  hdc1080: (around) => new HDC1080Chip(around),
  bme280: (around) => new BME280Chip(around),
  bmp180: (around) => new BMP180Chip(around),
  sht3x: (around) => new SHT3xChip(around),
  ens160: (around) => new ENS160Chip(around),
  aht2x: (around) => new AHT2xChip(around),
  si7021: (around) => new Si7021Chip(around),
};
const air = new Air({ seed: 1 });
/** Everything stays alive, as on a board. */
const kept: unknown[] = [];
const take = () => {};

function run(index: number, isOpen: boolean): void {
  const kind = allSensors[index];
  if (!kind) throw new Error(`there is no kind ${index}`);
  const time = new FakeTime();
  const bus = new I2CBus();
  const chip = chips[kind.part]({ time, air });
  bus.attach(chip);
  time.advance(1_000);
  const sensor = { io: createI2C(bus), data: 21, clock: 22, address: chip.address };
  const options = { sensor, clock: time, timers: time, onSample: take, onFault: take };
  const driver = isOpen ? kind.open(options) : undefined;
  time.advance(600_000);
  kept.push([time, bus, sensor, options, driver]);
}

const handleCommand = (command: ArrayBuffer): ArrayBuffer => {
  const [index = 0, isOpen = 0] = new Uint8Array(command);
  if (command.byteLength > 0) run(index, isOpen === 1);
  gc();
  return new ArrayBuffer(0);
};
Object.assign(globalThis, { handleCommand });
