// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { Air } from "../../../../hosts/virtual/air.ts";
import { BH1750Chip } from "../../../../hosts/virtual/chips/bh1750.ts";
import { I2CBus } from "../../../../hosts/virtual/i2c-bus.ts";
import { FakeTime } from "../../../support/fake-time.ts";
import { bytesOf, hexOf } from "../../../support/hex.ts";

class Bench {
  readonly time = new FakeTime();
  readonly bus = new I2CBus();
  lux = 300;
  readonly chip = new BH1750Chip({ time: this.time, light: { lightAt: () => this.lux } });

  constructor() {
    this.bus.attach(this.chip);
  }

  transfer(write: string, readLength = 0): string {
    const bytes = write === "" ? undefined : bytesOf(write);
    const { fault, bytes: read } = this.bus.transfer(0x23, bytes, readLength);
    return fault ?? hexOf(read);
  }
}

test("a BH1750 gives the light of the last measurement that is done, 1.2 counts for a lux", () => {
  const bench = new Bench();
  assert.equal(bench.transfer("10"), "");
  bench.time.advance(179);
  assert.equal(bench.transfer("", 2), "00 00");
  bench.time.advance(1);
  assert.equal(bench.transfer("", 2), "01 68");
  bench.lux = 100;
  bench.time.advance(180);
  assert.equal(bench.transfer("", 2), "00 78");
  assert.deepEqual(bench.bus.violations, []);
});

test("a BH1750 measures once and sleeps, counts twice as finely when asked, and has a largest value", () => {
  const bench = new Bench();
  bench.transfer("21");
  bench.time.advance(180);
  assert.equal(bench.transfer("", 2), "02 D0");
  bench.lux = 0;
  bench.time.advance(1_000);
  assert.equal(bench.transfer("", 2), "02 D0");
  bench.lux = 100_000;
  bench.transfer("13");
  bench.time.advance(24);
  assert.equal(bench.transfer("", 2), "FF FF");
});

test("a BH1750 records what is against its datasheet, and begins anew without power", () => {
  const bench = new Bench();
  bench.transfer("07");
  bench.transfer("55");
  bench.transfer("10 10");
  bench.transfer("", 3);
  assert.equal(bench.bus.violations.length, 4);
  bench.time.advance(180);
  assert.equal(bench.transfer("", 2), "01 68");
  bench.chip.reset();
  assert.equal(bench.transfer("", 2), "00 00");
  bench.chip.defect = "absent";
  assert.equal(bench.transfer("01"), "nack-address");
});

test("a BH1750 that is cleared or put to sleep gives nothing, and what it had", () => {
  const bench = new Bench();
  bench.transfer("10");
  bench.time.advance(180);
  bench.transfer("00");
  bench.lux = 10;
  bench.time.advance(1_000);
  assert.equal(bench.transfer("", 2), "01 68");
  bench.transfer("01");
  bench.transfer("07");
  assert.equal(bench.transfer("", 2), "00 00");
});

test("the lamp of a room is on while somebody is there", () => {
  const room = new Air({ seed: 3 });
  room.occupy(2, 0);
  assert.ok(room.lightAt(1_000) > 250);
  room.occupy(0, 60_000);
  assert.ok(room.lightAt(61_000) < 20);
});
