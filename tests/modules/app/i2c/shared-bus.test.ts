// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { clearI2CBus } from "../../../../drivers/i2c-bus-clear.ts";
import { createI2C } from "../../../../hosts/virtual/i2c.ts";
import { I2CBus } from "../../../../hosts/virtual/i2c-bus.ts";
import { SharedBus } from "../../../../modules/app/i2c/shared-bus.ts";
import type { I2C, I2CConstructor, I2COptions } from "../../../../modules/ecma-419/i2c.ts";
import { FakeTime } from "../../../support/fake-time.ts";
import { LogBook } from "../../../support/log-book.ts";
import { VirtualPins } from "../../../support/virtual-pins.ts";

const data = 21;
const clock = 22;

/** A bus with one chip at 0x30, whose pins can be used only while no I2C instance is open. */
function build({ hasPins = true } = {}) {
  const [time, bus, pins, book] = [new FakeTime(), new I2CBus(), new VirtualPins(), new LogBook()];
  const seen = { open: 0, looks: 0, clocks: 0 };
  class CountedI2C extends createI2C(bus) {
    #isOpen = true;
    constructor(options: I2COptions) {
      super(options);
      seen.open++;
    }
    override close(): void {
      super.close();
      if (this.#isOpen) seen.open--;
      this.#isOpen = false;
    }
  }
  pins.levelOf(data, () => {
    assert.equal(seen.open, 0, "an I2C instance has the pins");
    seen.looks++;
    return bus.SDA;
  });
  pins.onRise(clock, () => {
    seen.clocks++;
    bus.clockPulses(1);
  });
  bus.attach({
    address: 0x30,
    write: () => true,
    read: (length) => new Uint8Array(length).fill(7),
  });
  const board = {
    i2c: { io: CountedI2C as unknown as I2CConstructor, data, clock },
    ...(hasPins && { digital: { io: pins.io } }),
  };
  const shared = new SharedBus({
    host: { board, clock: time, timers: time },
    log: book.log,
    clear: clearI2CBus,
  });
  const open = (address = 0x30) => new shared.wiring.io({ ...shared.wiring, address, hz: 100_000 });
  seen.looks = 0;
  return { time, bus, pins, book, seen, shared, open };
}

/** Reads as a driver does, every `interval` ms; returns how many reads were good. */
function poll(
  device: I2C,
  time: FakeTime,
  { times, interval }: { times: number; interval: number },
) {
  let good = 0;
  for (let i = 0; i < times; i++) {
    try {
      device.writeRead(Uint8Array.of(0), new Uint8Array(1));
      good++;
    } catch (error) {
      assert.match(String(error), /timeout|nack/);
    }
    time.advance(interval);
  }
  return good;
}

test("a data line that is held while the board runs is clocked free within seconds", () => {
  for (let bits = 1; bits <= 9; bits++) {
    const { time, bus, pins, book, seen, open } = build();
    const [device, other] = [open(), open(0x31)];
    time.advance(600_000);
    assert.equal(poll(device, time, { times: 10, interval: 1_000 }), 10);
    bus.stickSDA(bits);
    assert.ok(poll(device, time, { times: 10, interval: 1_000 }) >= 6, `${bits} bits`);
    assert.equal(bus.SDA, 1);
    // Both devices work on, as far as there is a chip.
    assert.equal(poll(device, time, { times: 5, interval: 1_000 }), 5);
    assert.throws(() => other.write(Uint8Array.of(1)), /nack/);
    assert.deepEqual(
      book.lines.map(({ level, event }) => [level, event]),
      [["info", "cleared"]],
    );
    assert.deepEqual(pins.open, []);
    assert.equal(seen.open, 2);
  }
});

test("a single failure, and failures of one device while another answers, are left alone", () => {
  const { time, bus, seen, open } = build();
  const [device, absent] = [open(), open(0x31)];
  time.advance(10_000);
  for (let i = 0; i < 1_000; i++) {
    if (i % 4 === 0) bus.inject({ kind: "fail", fault: "nack-address", address: 0x30 });
    poll(device, time, { times: 1, interval: 500 });
    poll(absent, time, { times: 1, interval: 500 });
  }
  assert.equal(seen.looks, 0);
});

test("where nobody answers the line is looked at more and more seldom, and no clock is given", () => {
  const { time, seen, book, open } = build();
  poll(open(0x31), time, { times: 3_600, interval: 1_000 });
  assert.ok(seen.looks > 50 && seen.looks < 80, `${seen.looks} looks in an hour`);
  assert.equal(seen.clocks, 0);
  assert.deepEqual(book.lines, []);
});

test("a line that stays low is told once, and the sensors come back when it is let go", () => {
  const { time, bus, book, open } = build();
  const device = open();
  time.advance(10_000);
  bus.stickSDA(Number.POSITIVE_INFINITY);
  assert.equal(poll(device, time, { times: 600, interval: 1_000 }), 0);
  assert.deepEqual(
    book.lines.map(({ level, event }) => [level, event]),
    [["warn", "stuck"]],
  );
  bus.releaseSDA();
  assert.equal(poll(device, time, { times: 5, interval: 1_000 }), 5);
  // A second time it is told again.
  bus.stickSDA(Number.POSITIVE_INFINITY);
  poll(device, time, { times: 100, interval: 1_000 });
  assert.deepEqual(book.events.filter((event) => event === "i2c/stuck").length, 2);
});

test("a host without pins never loses its devices", () => {
  const { time, bus, seen, open } = build({ hasPins: false });
  const device = open();
  assert.equal(poll(device, time, { times: 1, interval: 0 }), 1);
  bus.stickSDA(3);
  poll(device, time, { times: 100, interval: 1_000 });
  assert.equal(seen.open, 1);
  assert.equal(time.pending, 0);
});

test("one address has one device, which is closed for good when its driver closes it", () => {
  const { time, shared, seen, open } = build();
  const device = open();
  assert.throws(() => open(), /0x30 is in use/);
  assert.equal(shared.deviceAt(0x30), device);
  assert.equal(shared.isAnswered(0x30), true);
  device.close();
  device.close();
  assert.throws(() => device.write(Uint8Array.of(1)), /closed/);
  assert.equal(shared.deviceAt(0x30), undefined);
  assert.equal(shared.isAnswered(0x30), true);
  assert.equal(shared.isAnswered(0x31), false);
  assert.equal(seen.open, 0);
  const second = open();
  assert.equal(poll(second, time, { times: 1, interval: 0 }), 1);
  shared.close();
  poll(open(0x31), time, { times: 100, interval: 1_000 });
  assert.equal(time.pending, 0);
});
