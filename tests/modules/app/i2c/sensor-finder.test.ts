// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { climateSensors } from "../../../../drivers/climate-list.ts";
import { BME280Chip } from "../../../../hosts/virtual/chips/bme280.ts";
import { BMP180Chip } from "../../../../hosts/virtual/chips/bmp180.ts";
import { CCS811Chip } from "../../../../hosts/virtual/chips/ccs811.ts";
import { SHT3xChip } from "../../../../hosts/virtual/chips/sht3x.ts";
import { createI2C } from "../../../../hosts/virtual/i2c.ts";
import { I2CBus, type VirtualChip } from "../../../../hosts/virtual/i2c-bus.ts";
import { answeringAddress, deviceAnswers } from "../../../../modules/app/i2c/i2c-probe.ts";
import { SensorFinder } from "../../../../modules/app/i2c/sensor-finder.ts";
import { FakeTime } from "../../../support/fake-time.ts";
import { LogBook } from "../../../support/log-book.ts";

const air = {
  at: () => ({ CO2: 600, tvoc: 50, temperature: 21, humidity: 40, pressure: 100_000 }),
};

function build() {
  const time = new FakeTime();
  const bus = new I2CBus();
  const book = new LogBook();
  const io = createI2C(bus);
  const wiring = { io, data: 21, clock: 22 };
  const state = { isThere: true };
  const own = { name: "CCS811", address: 0x5a, isThere: () => state.isThere };
  // What the gas sensor's driver does: nobody else gets its address.
  new io({ data: 21, clock: 22, hz: 100_000, address: own.address });
  const owner = {
    openSensor: ({ open }: (typeof climateSensors)[number], address: number) =>
      open({ timers: time, clock: time, sensor: { ...wiring, address } }),
  };
  let lag = 0;
  const clock = { ticks: () => time.ticks() + lag, now: () => undefined, set: () => {} };
  const finder = new SensorFinder({
    bus: wiring,
    clock,
    timers: time,
    log: book.log,
    known: climateSensors,
    owner,
    own,
  });
  const attach = (...chips: VirtualChip[]) => {
    for (const chip of chips) bus.attach(chip);
  };
  const scan = () => {
    time.advance(210);
    return book.lines.filter(({ part }) => part === "i2c").at(-1)?.text;
  };
  return {
    time,
    bus,
    book,
    finder,
    state,
    clock,
    wiring,
    attach,
    scan,
    /** Every transaction takes so many ms from now on. */
    slow(ms: number) {
      bus.onTransfer = () => {
        lag += ms;
        return undefined;
      };
    },
  };
}

/** A device of which nobody knows anything. */
function stranger(address: number, byte: number): VirtualChip {
  return { address, write: () => true, read: (length) => new Uint8Array(length).fill(byte) };
}

test("names and opens what is on the bus, at either address, and harms nothing", () => {
  const { time, bus, finder, attach, scan, book } = build();
  attach(
    new CCS811Chip({ time, air }),
    new BME280Chip({ time, air, address: 0x77 }),
    new BME280Chip({ time, air, address: 0x76, model: "BMP280" }),
    new SHT3xChip({ time, air, address: 0x44 }),
    new SHT3xChip({ time, air, address: 0x45 }),
  );
  finder.start();
  assert.equal(scan(), "scan: 0x44 SHT3x, 0x45 SHT3x, 0x5a CCS811, 0x76 BMP280, 0x77 BME280");
  assert.deepEqual(book.events, ["i2c/scan"]);
  assert.deepEqual(bus.violations, []);
});

test("tells a BMP180 by its id from what else may have its address", () => {
  const { time, bus, finder, attach, scan, book } = build();
  attach(new BMP180Chip({ time, air }), new CCS811Chip({ time, air }));
  finder.start();
  assert.equal(scan(), "scan: 0x5a CCS811, 0x77 BMP180");
  assert.deepEqual(book.events, ["i2c/scan"]);
  assert.deepEqual(bus.violations, []);
});

test("probes one address in a turn, and all that are not reserved", () => {
  const { time, bus, finder } = build();
  const probed: number[] = [];
  bus.onTransfer = ({ address, write, readLength }) => {
    assert.equal((write?.length ?? 0) + readLength, 0);
    probed.push(address);
    return undefined;
  };
  finder.start();
  while (time.ticks() < 210 && time.pending > 0) {
    const before = probed.length;
    time.step();
    assert.ok(probed.length <= before + 1);
  }
  const all = Array.from({ length: 0x70 }, (_, i) => 0x08 + i);
  assert.deepEqual(
    probed,
    all.filter((address) => address !== 0x5a),
  );
});

test("a device that is not known is shown, and why its address misled", () => {
  const { finder, attach, scan, book } = build();
  attach(stranger(0x3c, 0), stranger(0x76, 0x61));
  finder.start();
  assert.equal(scan(), "scan: 0x3c unknown, 0x5a CCS811, 0x76 unknown");
  assert.match(book.text, /warn 0x76: the chip is no BME280 or BMP280: its id is 0x61/);
});

test("says that nothing answers, and does not claim a gas sensor that its driver has not seen", () => {
  const { finder, state, scan, book } = build();
  state.isThere = false;
  finder.start();
  assert.equal(scan(), "scan: nothing answers");
  assert.match(book.text, /^warn /);
});

test("a later scan opens what was plugged in and leaves open sensors alone", () => {
  const { time, bus, finder, attach, scan } = build();
  attach(new CCS811Chip({ time, air }), new SHT3xChip({ time, air }));
  finder.start();
  assert.equal(scan(), "scan: 0x44 SHT3x, 0x5a CCS811");
  attach(new BME280Chip({ time, air }));
  time.advance(30);
  let touched = 0;
  bus.onTransfer = ({ address, write, readLength }) => {
    const isProbe = (write?.length ?? 0) + readLength === 0;
    if (isProbe && (address === 0x5a || address === 0x44)) touched++;
    return undefined;
  };
  assert.match(finder.scan(), /^0x44 SHT3x, 0x5a CCS811\nscanning; the result is shown on the /);
  assert.equal(scan(), "scan: 0x44 SHT3x, 0x5a CCS811, 0x76 BME280");
  assert.equal(touched, 0);
  assert.match(finder.scan(), /0x76 BME280\nscanning/);
  assert.deepEqual(bus.violations, []);
});

test("a scan that is asked for again and again is made once", () => {
  const { time, bus, finder, scan } = build();
  finder.start();
  scan();
  const before = bus.transfers;
  finder.scan();
  for (let i = 0; i < 50; i++) {
    time.step();
    finder.scan();
  }
  scan();
  assert.equal(bus.transfers - before, 0x70 - 1);
});

test("a bus that does not move is left after one address, and tried again later", () => {
  const bench = build();
  const { time, bus, finder, attach, scan, book } = bench;
  attach(new BME280Chip({ time, air }));
  bench.slow(400);
  bus.stickSDA(Number.POSITIVE_INFINITY);
  finder.start();
  assert.match(scan() ?? "", /the bus does not move \(at 0x08\); check SDA and SCL/);
  assert.equal(bus.transfers, 1);
  time.advance(10_000);
  assert.equal(bus.transfers, 1);
  bus.releaseSDA();
  bench.slow(0);
  time.advance(21_000);
  assert.equal(book.lines.at(-1)?.text, "scan: 0x5a CCS811, 0x76 BME280");
});

test("closing ends the scan and closes every driver", () => {
  for (const ms of [0, 200, 210]) {
    const { time, bus, finder, attach, wiring } = build();
    attach(new BME280Chip({ time, air }));
    finder.start();
    time.advance(ms);
    finder.close();
    finder.close();
    assert.equal(time.pending, 0);
    const { transfers } = bus;
    time.advance(100_000);
    assert.equal(bus.transfers, transfers);
    assert.equal(deviceAnswers(wiring, 0x76), true);
  }
});

test("of two addresses the one that answers is taken, at the cost of one probe each", () => {
  const { time, bus, attach, clock, wiring } = build();
  assert.equal(answeringAddress(wiring, [0x50, 0x51], clock), undefined);
  assert.equal(bus.transfers, 2);
  attach(stranger(0x51, 0));
  assert.equal(answeringAddress(wiring, [0x50, 0x51], clock), 0x51);
  attach(stranger(0x50, 0));
  assert.equal(answeringAddress(wiring, [0x50, 0x51], clock), 0x50);
  assert.equal(bus.transfers, 5);
  assert.equal(time.pending, 0);
});

test("on a bus that does not move no second address is asked", () => {
  const bench = build();
  bench.slow(400);
  bench.bus.stickSDA(Number.POSITIVE_INFINITY);
  assert.equal(answeringAddress(bench.wiring, [0x50, 0x51], bench.clock), undefined);
  assert.equal(bench.bus.transfers, 1);
});
