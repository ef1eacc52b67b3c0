// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { I2CRegisters } from "../../drivers/i2c-registers.ts";
import { BusRecorder } from "../support/bus-recorder.ts";

const pins = { data: 1, clock: 2, address: 0x5a, hz: 100_000 };

test("reads a byte, a word with the high byte first, and a block, each in one transaction", () => {
  const bus = new BusRecorder().answer("20", "81").answer("24", "20 01").answer("02", "01 02 03");
  const registers = new I2CRegisters(new bus.io(pins));
  const block = new Uint8Array(3);
  assert.equal(registers.readByte(0x20), 0x81);
  assert.equal(registers.readWord(0x24), 0x2001);
  registers.read(0x02, block);
  assert.deepEqual([...block], [1, 2, 3]);
  assert.deepEqual(bus.transactions, ["20>81", "24>20 01", "02>01 02 03"]);
});

test("writes a byte, a block, a number and a bare command, each in one transaction", () => {
  const bus = new BusRecorder();
  const registers = new I2CRegisters(new bus.io(pins));
  registers.writeByte(0x01, 0x10);
  registers.write(0x05, Uint8Array.of(0x64, 0, 0x64, 0));
  registers.writeUint32(0xff, 0x89ab_cdef);
  registers.command(0xf4);
  registers.write(0x11, Uint8Array.of(0xab, 0xcd));
  assert.deepEqual(bus.transactions, [
    "01 10",
    "05 64 00 64 00",
    "FF 89 AB CD EF",
    "F4",
    "11 AB CD",
  ]);
});

test("passes on what the bus throws and closes it", () => {
  const bus = new BusRecorder();
  const registers = new I2CRegisters(new bus.io(pins));
  assert.throws(() => registers.readByte(0x77), /no answer for 77/);
  registers.close();
  assert.equal(bus.isClosed, true);
});
