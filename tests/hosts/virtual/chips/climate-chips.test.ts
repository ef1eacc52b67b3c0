// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { AHT2xChip } from "../../../../hosts/virtual/chips/aht2x.ts";
import { BMP180Chip } from "../../../../hosts/virtual/chips/bmp180.ts";
import { DHTChip } from "../../../../hosts/virtual/chips/dht.ts";
import { HDC1080Chip } from "../../../../hosts/virtual/chips/hdc1080.ts";
import { SHT3xChip } from "../../../../hosts/virtual/chips/sht3x.ts";
import { Si7021Chip } from "../../../../hosts/virtual/chips/si7021.ts";
import { I2CBus, type VirtualChip } from "../../../../hosts/virtual/i2c-bus.ts";
import { FakeTime } from "../../../support/fake-time.ts";
import { bytesOf, hexOf } from "../../../support/hex.ts";

const air = { at: () => ({ temperature: 21.5, humidity: 45, pressure: 101_325 }) };

function busWith(create: (time: FakeTime) => VirtualChip & { reset(): void }) {
  const time = new FakeTime();
  const bus = new I2CBus();
  const chip = create(time);
  bus.attach(chip);
  time.advance(20);
  const transfer = (write: string, readLength = 0) => {
    const bytes = write === "" ? undefined : bytesOf(write);
    const result = bus.transfer(chip.address, bytes, readLength);
    return result.fault ?? hexOf(result.bytes);
  };
  return { time, bus, chip, transfer };
}

test("a BMP180 holds Sco while it converts and keeps the rest of its control", () => {
  const { time, bus, transfer } = busWith((clock) => new BMP180Chip({ time: clock, air }));
  assert.equal(transfer("D0", 1), "55");
  assert.equal(transfer("F4", 5), "80 00 80 00 00");
  transfer("F4 F4");
  time.advance(16);
  assert.equal(transfer("F4", 1), "F4");
  time.advance(2);
  assert.equal(transfer("F4", 1), "D4");
  assert.deepEqual(bus.violations, []);
});

test("a BMP180 records what is against its datasheet", () => {
  const { bus, transfer } = busWith((time) => new BMP180Chip({ time, air }));
  transfer("F4 2E");
  transfer("F4 34");
  transfer("F4 00");
  transfer("AA 00");
  transfer("20", 1);
  transfer("E0 11");
  transfer("E0 B6");
  transfer("AA", 1);
  transfer("F4 2E");
  assert.equal(bus.violations.length, 7);
});

test("an SHT3x is read once for each measurement, and only when it is done", () => {
  const { time, bus, transfer } = busWith((clock) => new SHT3xChip({ time: clock, air }));
  assert.equal(transfer("", 6), "nack-address");
  transfer("24 00");
  assert.equal(transfer("", 6), "nack-address");
  time.advance(13);
  assert.match(transfer("", 6), /^61 47 [0-9A-F]{2} 73 33 [0-9A-F]{2}$/);
  assert.equal(transfer("", 6), "nack-address");
  assert.deepEqual(bus.violations, []);
});

test("an SHT3x's word of the datasheet has the datasheet's checksum", () => {
  const { time, chip, transfer } = busWith((clock) => new SHT3xChip({ time: clock, air }));
  (chip as SHT3xChip).force({ temperature: 0xbeef, humidity: 0xbeef });
  transfer("24 16");
  time.advance(5);
  assert.equal(transfer("", 6), "BE EF 92 BE EF 92");
});

test("an SHT3x records what is against its datasheet", () => {
  const { bus, transfer } = busWith((time) => new SHT3xChip({ time, air }));
  assert.equal(transfer("24"), "nack-data");
  assert.equal(transfer("12 34"), "nack-data");
  transfer("F3 2D", 6);
  transfer("24 00");
  assert.equal(transfer("30 A2"), "nack-data");
  assert.equal(bus.violations.length, 4);
});

test("a DHT answers with what it measured at the call before", () => {
  const time = new FakeTime();
  const room = { temperature: 20, humidity: 50 };
  const chip = new DHTChip({ time, air: { at: () => ({ ...room }) } });
  time.advance(2_000);
  room.temperature = 30;
  const first = chip.answer(1);
  time.advance(2_000);
  const second = chip.answer(1);
  assert.equal(first?.length, 83);
  // Bits 24 to 31 are the low byte of the temperature, 200 and then 300 & 0xFF.
  const lowByte = (widths: Uint16Array | undefined) =>
    [0, 1, 2, 3, 4, 5, 6, 7].reduce((byte, bit) => {
      return (byte << 1) | ((widths?.[2 + 2 * (24 + bit) + 1] ?? 0) > 40 ? 1 : 0);
    }, 0);
  assert.deepEqual([lowByte(first), lowByte(second)], [200, 300 & 0xff]);
  assert.deepEqual(chip.violations, []);
});

test("a DHT is silent after power-on and to a short start, and records that it is pressed", () => {
  const time = new FakeTime();
  const chip = new DHTChip({ time, air });
  assert.equal(chip.answer(1), undefined);
  time.advance(1_000);
  assert.equal(chip.answer(0.5), undefined);
  assert.ok(chip.answer(1));
  time.advance(1_999);
  assert.ok(chip.answer(1));
  assert.deepEqual(chip.violations, [
    "asked within a second of power-on",
    "asked again after 1999 ms",
  ]);
});

test("an AHT2x shows that it is busy, in a frame with a checksum, and then its values", () => {
  const { time, bus, chip, transfer } = busWith((clock) => new AHT2xChip({ time: clock, air }));
  assert.equal(transfer("", 1), "nack-address");
  time.advance(80);
  assert.equal(transfer("", 1), "18");
  // Test of anglerud/aht20-driver: 39.73 %, 22.52 °C.
  (chip as AHT2xChip).force([0x65, 0xb4, 0x25, 0xcd, 0x26]);
  transfer("AC 33 00");
  assert.match(transfer("", 7), /^98 00 00 00 00 00 [0-9A-F]{2}$/);
  assert.equal(transfer("BE 08 00"), "nack-data");
  time.advance(80);
  assert.match(transfer("", 7), /^18 65 B4 25 CD 26 [0-9A-F]{2}$/);
  assert.equal(transfer("E1 08 00"), "nack-data");
  assert.equal(bus.violations.length, 2);
});

test("an HDC1080 measures after a pointer and a stop, and is read once", () => {
  const { time, bus, chip, transfer } = busWith((clock) => new HDC1080Chip({ time: clock, air }));
  assert.equal(transfer("FE", 2), "54 49");
  assert.equal(transfer("FF", 2), "10 50");
  assert.equal(transfer("02", 2), "10 00");
  (chip as HDC1080Chip).force([0x1234, 0x1234]);
  assert.equal(transfer("00", 4), "nack-address");
  time.advance(12);
  assert.equal(transfer("", 4), "nack-address");
  time.advance(1);
  assert.equal(transfer("", 4), "12 34 12 34");
  assert.equal(transfer("", 4), "nack-address");
  assert.deepEqual(bus.violations, []);
  transfer("FE 00 00");
  transfer("07");
  assert.equal(bus.violations.length, 2);
});

test("an HDC1080 that has lost its supply has its first configuration, and answers only with its ids", () => {
  const { time, chip, transfer } = busWith((clock) => new HDC1080Chip({ time: clock, air }));
  transfer("02 35 00");
  assert.equal(transfer("02", 2), "35 00");
  chip.reset();
  assert.equal(transfer("02", 2), "nack-data");
  assert.equal(transfer("FE", 2), "54 49");
  time.advance(15);
  assert.equal(transfer("02", 2), "10 00");
});

test("a Si7021 answers with the bytes that others have read, and refuses while it measures", () => {
  const { time, bus, chip, transfer } = busWith((clock) => new Si7021Chip({ time: clock, air }));
  assert.equal(transfer("E7", 1), "nack-address");
  time.advance(60);
  assert.equal(transfer("E7", 1), "3A");
  // Tests of johkra/si7021_hal.
  assert.equal(transfer("FC C9", 6), "15 FF B5 FF FF CB");
  (chip as Si7021Chip).force({ temperature: 0x664c, humidity: 0xa1a6 });
  transfer("F3");
  assert.equal(transfer("", 3), "nack-address");
  time.advance(11);
  assert.equal(transfer("", 3), "66 4C 4F");
  transfer("F5");
  time.advance(23);
  assert.equal(transfer("", 3), "A1 A6 51");
  assert.deepEqual(bus.violations, []);
  transfer("E3");
  assert.equal(bus.violations.length, 1);
});
