// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { ENS160Chip, type ENS160ChipOptions } from "../../../../hosts/virtual/chips/ens160.ts";
import { I2CBus } from "../../../../hosts/virtual/i2c-bus.ts";
import { FakeTime } from "../../../support/fake-time.ts";
import { bytesOf, hexOf } from "../../../support/hex.ts";

function rigOf(options: Partial<ENS160ChipOptions> = {}) {
  const time = new FakeTime();
  const bus = new I2CBus();
  const air = { at: () => ({ CO2: 660, tvoc: 174 }) };
  const chip = new ENS160Chip({ time, air, ...options });
  bus.attach(chip);
  const transfer = (write: string, readLength = 0) => {
    const { fault, bytes } = bus.transfer(chip.address, bytesOf(write), readLength);
    return fault ?? hexOf(bytes);
  };
  return { time, bus, chip, transfer };
}

test("an ENS160 answers after 10 ms with its id and its defaults", () => {
  const { time, transfer } = rigOf({ address: 0x52 });
  assert.equal(transfer("00", 2), "nack-address");
  time.advance(10);
  assert.equal(transfer("00", 2), "60 01");
  assert.equal(transfer("10", 1), "00");
  assert.equal(transfer("13", 4), "8A 4A 00 64");
});

test("an ENS160 shows its warm-up, then what TimHanewich/diagnosing-ens160 has recorded", () => {
  const { time, bus, transfer } = rigOf();
  time.advance(10);
  transfer("10 01");
  transfer("10 02");
  time.advance(1_000);
  assert.equal(transfer("20", 6), "87 02 AE 00 94 02");
  assert.equal(transfer("20", 1), "85");
  time.advance(180_000);
  assert.equal(transfer("20", 6), "83 02 AE 00 94 02");
  assert.equal(transfer("20", 6), "81 02 AE 00 94 02");
  assert.deepEqual(bus.violations, []);
});

test("an ENS160 that has lost its mode calls its zeros normal", () => {
  const { time, chip, transfer } = rigOf();
  time.advance(10);
  transfer("10 01");
  transfer("10 02");
  time.advance(200_000);
  chip.reset();
  time.advance(10);
  assert.equal(transfer("20", 6), "00 00 00 00 00 00");
});

test("the running checksum of an ENS160 is the one that its vendor's drivers compute", () => {
  const { time, chip, transfer } = rigOf();
  time.advance(10);
  transfer("10 01");
  transfer("10 02");
  time.advance(181_000);
  transfer("20", 1);
  const before = Number.parseInt(transfer("38", 1), 16);
  let expected = before;
  for (const byte of [0x81, 0x02, 0xae, 0x00, 0x94, 0x02]) {
    expected = ((expected << 1) ^ byte ^ (expected & 0x80 ? 0x1d : 0)) & 0xff;
  }
  assert.equal(transfer("20", 6), "81 02 AE 00 94 02");
  assert.equal(Number.parseInt(transfer("38", 1), 16), expected);
  assert.equal(chip.resets, 1);
});

test("an ENS160 records what is against its datasheet", () => {
  const { time, bus, transfer } = rigOf();
  time.advance(10);
  transfer("10 02");
  transfer("12 0E");
  transfer("10 07");
  transfer("20 00");
  transfer("7F", 1);
  assert.equal(bus.violations.length, 5);
});
