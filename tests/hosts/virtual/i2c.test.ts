// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { createI2C } from "../../../hosts/virtual/i2c.ts";
import { I2CBus } from "../../../hosts/virtual/i2c-bus.ts";
import type { I2CConstructor } from "../../../modules/ecma-419/i2c.ts";
import { bytesOf, hexOf } from "../../support/hex.ts";

const options = { data: 21, clock: 22, address: 0x5a, hz: 100_000 };

function setUp(): { I2C: I2CConstructor; bus: I2CBus; written: string[] } {
  const bus = new I2CBus();
  const written: string[] = [];
  bus.attach({
    address: 0x5a,
    write: (bytes) => written.push(hexOf(bytes)) > 0,
    read: (length) => Uint8Array.from({ length }, (_, i) => i + 1),
  });
  return { I2C: createI2C(bus), bus, written };
}

test("reads into a new buffer or into the caller's", () => {
  const { I2C } = setUp();
  const i2c = new I2C(options);
  assert.equal(hexOf(i2c.read(3)), "01 02 03");
  const buffer = new Uint8Array(4);
  assert.equal(i2c.read(buffer.subarray(1, 3)), 2);
  assert.equal(hexOf(buffer), "00 01 02 00");
});

test("writes, then reads in one transaction", () => {
  const { I2C, bus, written } = setUp();
  const i2c = new I2C(options);
  assert.equal(hexOf(i2c.writeRead(bytesOf("02"), 2)), "01 02");
  const buffer = new Uint8Array(2);
  assert.equal(i2c.writeRead(bytesOf("03"), buffer), 2);
  assert.equal(hexOf(buffer), "01 02");
  i2c.write(bytesOf("01 10"));
  assert.deepEqual(written, ["02", "03", "01 10"]);
  assert.equal(bus.transfers, 3);
});

test("a write without bytes probes: it throws when nobody answers", () => {
  const { I2C } = setUp();
  new I2C(options).write(new Uint8Array(0));
  const absent = new I2C({ ...options, address: 0x5b });
  assert.throws(() => absent.write(new Uint8Array(0)), /nack-address/);
});

test("a bus fault throws and the next transaction works again", () => {
  const { I2C, bus } = setUp();
  const i2c = new I2C(options);
  bus.inject({ kind: "fail", fault: "timeout" });
  assert.throws(() => i2c.read(1), /timeout/);
  assert.equal(hexOf(i2c.read(1)), "01");
});

test("one address cannot be opened twice until it is closed", () => {
  const { I2C } = setUp();
  const first = new I2C(options);
  assert.throws(() => new I2C(options), /in use/);
  first.close();
  first.close();
  const second = new I2C(options);
  assert.throws(() => new I2C(options), /in use/);
  assert.equal(hexOf(second.read(1)), "01");
});

test("a closed instance throws at every call but close", () => {
  const { I2C } = setUp();
  const i2c = new I2C(options);
  i2c.close();
  assert.throws(() => i2c.read(1), /closed/);
  assert.throws(() => i2c.write(bytesOf("00")), /closed/);
  assert.throws(() => i2c.writeRead(bytesOf("00"), 1), /closed/);
});

test("wrong options are refused and take no address", () => {
  const { I2C } = setUp();
  assert.throws(() => new I2C({ ...options, address: 0x80 }), RangeError);
  assert.throws(() => new I2C({ ...options, hz: 0 }), RangeError);
  assert.doesNotThrow(() => new I2C(options));
});
