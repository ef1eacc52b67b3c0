// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { Air } from "../../../../hosts/virtual/air.ts";
import { BME280Chip } from "../../../../hosts/virtual/chips/bme280.ts";
import { SHT3xChip } from "../../../../hosts/virtual/chips/sht3x.ts";
import { createI2C } from "../../../../hosts/virtual/i2c.ts";
import { I2CBus, type I2CTransfer } from "../../../../hosts/virtual/i2c-bus.ts";
import { i2cCommand } from "../../../../modules/app/commands/i2c-command.ts";
import { I2CAccess } from "../../../../modules/app/i2c/i2c-access.ts";
import { SharedBus } from "../../../../modules/app/i2c/shared-bus.ts";
import { remoteRefusal } from "../../../../modules/app/remote/remote-rules.ts";
import { Commander } from "../../../../modules/console/commander.ts";
import type { I2CConstructor } from "../../../../modules/ecma-419/i2c.ts";
import { FakeTime } from "../../../support/fake-time.ts";
import { hexOf } from "../../../support/hex.ts";
import { WholeBoard } from "../../../support/whole-board.ts";

/** The bus on the pins of a board. */
function sharedBus(io: I2CConstructor, time: FakeTime): SharedBus {
  const board = { i2c: { io, data: 21, clock: 22 } };
  const host = { board, clock: time, timers: time };
  return new SharedBus({ host, log: () => {}, clear: () => true });
}

/** A bus with a BME280 whose driver is open, and an SHT3x without one. */
function build() {
  const time = new FakeTime();
  const bus = new I2CBus();
  const air = new Air({ seed: 1 });
  const bme = new BME280Chip({ time, air });
  bus.attach(bme);
  bus.attach(new SHT3xChip({ time, air }));
  // The chips have started.
  time.advance(100);
  const transfers: string[] = [];
  bus.onTransfer = ({ address, write, readLength }: I2CTransfer) => {
    const written = write === undefined ? "" : ` w ${hexOf(write).toLowerCase()}`;
    transfers.push(`${address.toString(16)}${written}${readLength > 0 ? ` r ${readLength}` : ""}`);
    return undefined;
  };
  const shared = sharedBus(createI2C(bus), time);
  const i2c = new I2CAccess(shared, time);
  const driver = new shared.wiring.io({ ...shared.wiring, address: 0x76, hz: 100_000 });
  const commander = new Commander({
    commands: [i2cCommand],
    view: {
      sensors: {
        i2c,
        climate: {
          scan: () => "nothing answers",
          driverAt: (address) => (address === 0x76 ? "BME280" : undefined),
        },
      },
    },
  });
  const run = (line: string) => {
    const { ok, text } = commander.run(line);
    return ok ? text : `error: ${text}`;
  };
  return { time, bus, bme, transfers, driver, run };
}

test("i2c read selects the register and shows the bytes, also of a sensor that is in use", () => {
  const { run, transfers } = build();
  assert.equal(run("i2c read 76 d0 1"), "60");
  assert.equal(run("i2c read 0x76 0xD0 1"), "60");
  assert.match(
    run("i2c read 76 88 20"),
    /^([0-9a-f]{2} ){15}[0-9a-f]{2}\n([0-9a-f]{2} ){3}[0-9a-f]{2}$/,
  );
  assert.deepEqual(transfers, ["76 w d0 r 1", "76 w d0 r 1", "76 w 88 r 20"]);
});

test("a register of four digits is two bytes, and a hyphen reads without one", () => {
  const { run, transfers, time } = build();
  assert.match(run("i2c read 44 f32d 3"), /^([0-9a-f]{2} ){2}[0-9a-f]{2}$/);
  assert.equal(run("i2c write 44 24 00"), "written to 0x44: 24 00");
  time.advance(20);
  assert.match(run("i2c read 44 - 6"), /^([0-9a-f]{2} ){5}[0-9a-f]{2}$/);
  assert.deepEqual(transfers, ["44 w f3 2d r 3", "44 w 24 00", "44 r 6"]);
});

test("i2c write to a sensor that is in use needs to be forced", () => {
  const { run, transfers } = build();
  assert.equal(
    run("i2c write 76 f4 27"),
    "error: the BME280 at 0x76 is in use, and a write can upset it; nothing is written without force behind the bytes",
  );
  assert.deepEqual(transfers, []);
  assert.equal(
    run("i2c write 76 f4 27 force"),
    "written to 0x76: f4 27; the driver of the BME280 does not know of it",
  );
  assert.deepEqual(transfers, ["76 w f4 27"]);
});

test("that nobody answers is told apart from a device that refuses, and from a stuck bus", () => {
  const { run, bus, time } = build();
  const nobody =
    /^error: nothing answers at 0x50: no acknowledgement \(NAK\); i2c scan shows what does$/;
  assert.match(run("i2c read 50 00 1"), nobody);
  assert.match(run("i2c write 50 00"), nobody);
  // Without a measurement there is nothing to read.
  assert.match(run("i2c read 44 - 6"), /^error: 0x44 answers, but not to this: read failed: /);
  bus.inject({ kind: "fail", fault: "nack-data", address: 0x76 });
  assert.match(run("i2c read 76 d0 1"), /^error: 0x76 answers, but not to this: .*nack-data$/);
  bus.stickSDA(Number.POSITIVE_INFINITY);
  bus.onTransfer = () => {
    time.advance(1_000);
    return undefined;
  };
  assert.match(run("i2c read 76 d0 1"), /^error: the bus does not move; check SDA and SCL$/);
});

test("a driver that has closed its device does not stand in the way", () => {
  const { run, driver } = build();
  driver.close();
  for (let i = 0; i < 3; i++) assert.equal(run("i2c read 76 d0 1"), "60");
});

test("a bus that cannot be opened is no device that refuses", () => {
  class TakenPins {
    constructor() {
      throw new Error("pin 21 is in use");
    }
  }
  const io = TakenPins as unknown as I2CConstructor;
  const time = new FakeTime();
  const access = new I2CAccess(sharedBus(io, time), time);
  const error = /^CommandError: the bus cannot be opened: pin 21 is in use$/;
  assert.throws(() => access.read(0x76, Uint8Array.of(0xd0), 1), error);
  assert.throws(() => access.write(0x76, Uint8Array.of(0xd0)), error);
});

test("what is out of range is named, and nothing happens on the bus", () => {
  const { run, transfers } = build();
  const cases: [string, RegExp][] = [
    ["read", /i2c read needs an address, a register and a count/],
    ["read 76 d0", /i2c read needs an address, a register and a count/],
    ["read 76 d0 1 2", /"2" is too much/],
    ["read 07 00 1", /"07" is not an address in hex, 0x08 to 0x77/],
    ["read 78 00 1", /"78" is not an address in hex/],
    ["read 118 00 1", /"118" is not an address in hex/],
    ["read 0x 00 1", /"0x" is not an address in hex/],
    ["read 76 zz 1", /"zz" is not a register in hex, 00 to ff or 0000 to ffff/],
    ["read 76 10000 1", /"10000" is not a register/],
    ["read 76 -1 1", /"-1" is not a register/],
    ["read 76 d0 0", /"0" is not a count from 1 to 32/],
    ["read 76 d0 33", /"33" is not a count/],
    ["read 76 d0 0x1", /"0x1" is not a count/],
    ["write", /i2c write needs an address and at least one byte/],
    ["write 50", /i2c write needs an address and at least one byte/],
    ["write 50 force", /i2c write needs an address and at least one byte/],
    ["write 50 100", /"100" is not a byte in hex, 00 to ff/],
    ["write 50 00 g", /"g" is not a byte/],
    ["write 50 force 00", /"force" is not a byte/],
    ["write 7f 00", /"7f" is not an address/],
    [`write 50${" 00".repeat(33)}`, /i2c write takes at most 32 bytes/],
  ];
  for (const [words, answer] of cases) {
    const text = run(`i2c ${words}`);
    assert.match(text, answer, words);
    assert.match(
      text,
      /; usage: i2c (read ADDRESS REGISTER COUNT|write ADDRESS BYTE... \[force\])$/,
    );
  }
  assert.deepEqual(transfers, []);
});

test("on a whole board the gas sensor is read beside its driver, which goes on", () => {
  const board = new WholeBoard();
  board.powerOn();
  board.time.advance(30_000);
  assert.deepEqual(board.ask("i2c read 5a 20 1"), ["81"]);
  assert.match(board.ask("i2c write 5a 01 10").join(), /the CCS811 at 0x5a is in use/);
  const before = board.events.length;
  for (let i = 0; i < 20; i++) {
    assert.match(board.ask("i2c read 5a 20 1").join(), /^81$/);
    board.time.advance(1_000);
  }
  const events = board.events.slice(before);
  assert.ok(events.filter(({ event }) => event === "reading").length >= 19);
  assert.deepEqual(
    events.filter(({ part, event }) => part === "ccs811" && event === "trouble"),
    [],
  );
  assert.deepEqual(board.bus.violations, []);
});

test("from afar the bus may be read, and not written", () => {
  assert.equal(remoteRefusal("i2c read 76 d0 1"), undefined);
  assert.ok(remoteRefusal("i2c write 50 00"));
});
