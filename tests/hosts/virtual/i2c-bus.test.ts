// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { I2CBus, type VirtualChip } from "../../../hosts/virtual/i2c-bus.ts";
import { bytesOf, hexOf } from "../../support/hex.ts";

/** Remembers what was written and reads 1, 2, 3 … */
class Echo implements VirtualChip {
  readonly address: number = 0x40;
  readonly written: string[] = [];
  awake = true;
  stretched = 0;
  onViolation: ((text: string) => void) | undefined;

  acknowledges(): boolean {
    return this.awake;
  }

  write(bytes: Uint8Array): boolean {
    this.written.push(hexOf(bytes));
    return bytes[0] !== 0xee;
  }

  read(length: number): Uint8Array {
    return Uint8Array.from({ length }, (_, i) => i + 1);
  }

  stretch(): number {
    return this.stretched;
  }
}

function setUp(): { bus: I2CBus; chip: Echo } {
  const bus = new I2CBus();
  const chip = new Echo();
  bus.attach(chip);
  return { bus, chip };
}

test("a combined transaction writes, then reads", () => {
  const { bus, chip } = setUp();
  const result = bus.transfer(0x40, bytesOf("02"), 3);
  assert.equal(result.fault, undefined);
  assert.equal(hexOf(result.bytes), "01 02 03");
  assert.deepEqual(chip.written, ["02"]);
});

test("an address without a chip is not acknowledged", () => {
  const { bus, chip } = setUp();
  assert.equal(bus.transfer(0x41, bytesOf("02"), 0).fault, "nack-address");
  bus.detach(chip);
  assert.equal(bus.transfer(0x40, bytesOf("02"), 0).fault, "nack-address");
});

test("a chip that sleeps is not acknowledged and sees nothing", () => {
  const { bus, chip } = setUp();
  chip.awake = false;
  assert.equal(bus.transfer(0x40, bytesOf("02"), 1).fault, "nack-address");
  assert.deepEqual(chip.written, []);
});

test("a refused byte is told apart from a missing chip", () => {
  assert.equal(setUp().bus.transfer(0x40, bytesOf("ee"), 0).fault, "nack-data");
});

test("a probe addresses the chip with no byte at all", () => {
  const { bus, chip } = setUp();
  assert.equal(bus.transfer(0x40, new Uint8Array(0), 0).fault, undefined);
  assert.equal(bus.transfer(0x40, undefined, 0).fault, undefined);
  assert.deepEqual(chip.written, ["", ""]);
});

test("two chips cannot have one address", () => {
  assert.throws(() => setUp().bus.attach(new Echo()), /taken/);
});

test("the next k transactions of one address fail, those of others do not", () => {
  const { bus } = setUp();
  bus.inject({ kind: "fail", fault: "nack-address", count: 2, address: 0x40 });
  assert.equal(bus.transfer(0x41, bytesOf("00"), 0).fault, "nack-address");
  assert.equal(bus.transfer(0x40, bytesOf("00"), 1).fault, "nack-address");
  assert.equal(bus.transfer(0x40, bytesOf("00"), 1).fault, "nack-address");
  assert.equal(bus.transfer(0x40, bytesOf("00"), 1).fault, undefined);
});

test("a failed transaction reaches the chip only when it is said to", () => {
  const { bus, chip } = setUp();
  bus.inject({ kind: "fail", fault: "timeout" });
  bus.inject({ kind: "fail", fault: "timeout", delivered: true });
  assert.equal(bus.transfer(0x40, bytesOf("0a"), 1).fault, "timeout");
  const late = bus.transfer(0x40, bytesOf("0b"), 1);
  assert.equal(late.fault, "timeout");
  assert.equal(late.bytes.length, 0);
  assert.deepEqual(chip.written, ["0B"]);
});

test("reads are corrupted by flipped bits or all ones", () => {
  const { bus } = setUp();
  bus.inject({ kind: "corrupt", xor: 0x80 });
  bus.inject({ kind: "corrupt", xor: "ones" });
  assert.equal(hexOf(bus.transfer(0x40, bytesOf("00"), 2).bytes), "81 82");
  assert.equal(hexOf(bus.transfer(0x40, bytesOf("00"), 2).bytes), "FF FF");
  assert.equal(hexOf(bus.transfer(0x40, bytesOf("00"), 2).bytes), "01 02");
});

test("a clock stretched up to the limit takes time, above the limit it times out", () => {
  const { bus, chip } = setUp();
  const plain = bus.transfer(0x40, bytesOf("00"), 1).microseconds;
  chip.stretched = 2_000;
  const slow = bus.transfer(0x40, bytesOf("00"), 1);
  assert.equal(slow.fault, undefined);
  assert.equal(slow.microseconds, plain + 2_000);
  chip.stretched = 2_001;
  assert.equal(bus.transfer(0x40, bytesOf("00"), 1).fault, "timeout");
  assert.equal(bus.transfer(0x40, bytesOf("00"), 1, { stretchLimit: 13_000 }).fault, undefined);
  chip.stretched = 0;
  bus.inject({ kind: "stretch", microseconds: 5_000 });
  assert.equal(bus.transfer(0x40, bytesOf("00"), 1).fault, "timeout");
  assert.equal(bus.transfer(0x40, bytesOf("00"), 1).fault, undefined);
});

test("a stuck data line blocks every chip until enough clocks have passed", () => {
  const { bus } = setUp();
  bus.stickSDA(9);
  assert.equal(bus.SDA, 0);
  assert.equal(bus.transfer(0x40, bytesOf("00"), 1).fault, "timeout");
  bus.clockPulses(8);
  assert.equal(bus.transfer(0x40, bytesOf("00"), 1).fault, "timeout");
  bus.clockPulses(1);
  assert.equal(bus.SDA, 1);
  assert.equal(bus.transfer(0x40, bytesOf("00"), 1).fault, undefined);
});

test("a data line that no clock frees is freed by the chip's reset", () => {
  const { bus } = setUp();
  bus.stickSDA(Number.POSITIVE_INFINITY);
  bus.clockPulses(1_000);
  assert.equal(bus.SDA, 0);
  bus.releaseSDA();
  assert.equal(bus.transfer(0x40, bytesOf("00"), 1).fault, undefined);
});

test("the hook sees each transaction and can fail the nth", () => {
  const { bus } = setUp();
  const seen: string[] = [];
  bus.onTransfer = ({ index, address, write, readLength }) => {
    seen.push(`${index} ${address} ${hexOf(write ?? new Uint8Array(0))} ${readLength}`);
    return index === 1 ? { kind: "fail", fault: "nack-data" } : undefined;
  };
  const faults = ["01", "02", "03"].map((hex) => bus.transfer(0x40, bytesOf(hex), 2).fault);
  assert.deepEqual(faults, [undefined, "nack-data", undefined]);
  assert.deepEqual(seen, ["0 64 01 2", "1 64 02 2", "2 64 03 2"]);
  assert.equal(bus.transfers, 3);
});

test("faults that wait can be taken back", () => {
  const { bus } = setUp();
  bus.inject({ kind: "fail", fault: "timeout", count: Number.POSITIVE_INFINITY });
  bus.stickSDA(3);
  bus.clearFaults();
  assert.equal(bus.transfer(0x40, bytesOf("00"), 1).fault, undefined);
});

test("violations are recorded with the address, and a detached chip reports no more", () => {
  const { bus, chip } = setUp();
  chip.onViolation?.("read 9 of 8 bytes");
  bus.detach(chip);
  assert.equal(chip.onViolation, undefined);
  assert.deepEqual(bus.violations, ["0x40: read 9 of 8 bytes"]);
});

test("a transaction takes nine clocks a byte", () => {
  const { bus } = setUp();
  // Address, one byte, address, two bytes; start, repeated start, stop.
  assert.equal(bus.transfer(0x40, bytesOf("00"), 2).microseconds, (5 * 9 + 3) * 10);
  assert.equal(bus.transfer(0x40, bytesOf("00"), 0, { hz: 400_000 }).microseconds, (18 + 2) * 2.5);
});
