// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { SCD4xChip, type SCD4xChipOptions } from "../../../../hosts/virtual/chips/scd4x.ts";
import { I2CBus } from "../../../../hosts/virtual/i2c-bus.ts";
import { FakeTime } from "../../../support/fake-time.ts";
import { bytesOf, hexOf } from "../../../support/hex.ts";

function rigOf(options: Partial<SCD4xChipOptions> = {}) {
  const time = new FakeTime();
  const bus = new I2CBus();
  const room = { CO2: 500, temperature: 25, humidity: 37, pressure: 101_300 };
  const chip = new SCD4xChip({ time, air: { at: () => room }, ...options });
  bus.attach(chip);
  time.advance(30);
  /** Sends, waits so long, reads so many bytes. */
  const ask = (write: string, wait = 1, readLength = 0) => {
    const written = bus.transfer(0x62, bytesOf(write), 0).fault;
    if (written) return written;
    time.advance(wait);
    if (readLength === 0) return "";
    const { fault, bytes } = bus.transfer(0x62, undefined, readLength);
    return fault ?? hexOf(bytes);
  };
  return { time, bus, chip, room, ask };
}

test("an SCD4x answers with the bytes of the datasheet", () => {
  // Sensirion SCD4x v1.7: the examples of section 3 and of the variant.
  const { chip, ask, time } = rigOf();
  assert.equal(ask("36 82", 1, 9), "F8 96 31 9F 07 C2 3B BE 89");
  assert.equal(ask("20 2F", 1, 3), "14 40 51");
  assert.equal(ask("24 1D 07 E6 48"), "");
  assert.equal(ask("23 18", 1, 3), "07 E6 48");
  assert.equal(ask("24 27 07 9E 09"), "");
  assert.equal(ask("23 22", 1, 3), "07 9E 09");
  assert.equal(ask("E0 00 03 DB 42"), "");
  assert.equal(chip.settings.pressure, 98_700);
  chip.force([500, 0x6667, 0x5eb9]);
  assert.equal(ask("21 B1"), "");
  assert.equal(ask("E4 B8", 1, 3), "80 00 A2");
  time.advance(5_000);
  assert.equal(ask("E4 B8", 1, 3), "80 06 04");
  assert.equal(ask("EC 05", 1, 9), "01 F4 33 66 67 A2 5E B9 3C");
  assert.equal(ask("EC 05", 1, 9), "nack-address");
  assert.equal(ask("3F 86", 500), "");
});

test("an SCD40 is told from an SCD41, and takes no single shot", () => {
  const { bus, ask } = rigOf({ model: "SCD40" });
  assert.equal(ask("20 2F", 1, 3), "04 40 3F");
  assert.equal(ask("21 9D"), "nack-data");
  assert.deepEqual(bus.violations, ["0x62: SCD4x unknown command 0x219d"]);
});

test("while it measures it takes only what the datasheet allows", () => {
  const { bus, ask } = rigOf();
  ask("21 B1");
  assert.equal(ask("36 82"), "nack-data");
  assert.deepEqual(bus.violations, []);
  assert.equal(ask("24 16 00 01 B0"), "nack-data");
  assert.equal(ask("21 B1"), "nack-data");
  assert.equal(bus.violations.length, 2);
  assert.equal(ask("E0 00 03 DB 42"), "");
  assert.equal(ask("3F 86", 100), "");
  assert.equal(ask("36 82"), "nack-address");
});

test("a word with a wrong checksum is refused", () => {
  const { bus, chip, ask } = rigOf();
  assert.equal(ask("24 16 00 00 B0"), "nack-data");
  assert.equal(chip.settings.ASC, 1);
  assert.equal(bus.violations.length, 1);
});

test("its ppm are right only for the pressure that it assumes", () => {
  const { room, time, ask } = rigOf();
  room.CO2 = 1_000;
  room.pressure = 91_170;
  ask("21 B1");
  time.advance(5_000);
  assert.match(ask("EC 05", 1, 9), /^03 84 /);
  assert.equal(ask("E0 00 03 90 95"), "");
  time.advance(5_000);
  assert.match(ask("EC 05", 1, 9), /^03 E8 /);
});

test("a forced recalibration needs three minutes, and gives the correction of the datasheet", () => {
  const { chip, room, time, ask } = rigOf();
  room.CO2 = 430;
  chip.drift = 100;
  ask("21 B1");
  time.advance(60_000);
  ask("3F 86", 500);
  assert.equal(ask("36 2F 01 E0 B4", 400, 3), "FF FF AC");
  ask("21 B1");
  time.advance(180_000);
  ask("3F 86", 500);
  // Target 480, shown 530: −50 ppm.
  assert.equal(ask("36 2F 01 E0 B4", 400, 3), "7F CE 7B");
  ask("21 B1");
  time.advance(5_000);
  assert.match(ask("EC 05", 1, 9), /^01 E0 B4 /);
});

test("it keeps only what was persisted, and wakes without an acknowledgement", () => {
  const { bus, chip, time, ask } = rigOf();
  ask("24 27 07 9E 09");
  chip.reset();
  time.advance(30);
  assert.equal(ask("23 22", 1, 3), "00 00 81");
  ask("24 27 07 9E 09");
  ask("36 15", 800);
  chip.reset();
  time.advance(30);
  assert.equal(ask("23 22", 1, 3), "07 9E 09");
  ask("36 E0");
  assert.equal(ask("36 82"), "nack-data");
  assert.equal(ask("36 F6"), "nack-data");
  time.advance(30);
  assert.equal(ask("36 82", 1, 9), "F8 96 31 9F 07 C2 3B BE 89");
  assert.deepEqual(bus.violations, []);
});
