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
import { SensorWatch } from "../../../../modules/app/i2c/sensor-watch.ts";
import { SharedBus } from "../../../../modules/app/i2c/shared-bus.ts";
import type { SensorState } from "../../../../modules/ecma-419/sensor.ts";
import { FakeTime } from "../../../support/fake-time.ts";
import { LogBook } from "../../../support/log-book.ts";
import { ReplyBook } from "../../../support/reply-book.ts";

/** A few of the list, so that a round takes as long whatever is added there. */
const kinds = climateSensors.filter(({ part }) => /bme280|bmp180|sht3x/.test(part));

const air = {
  at: () => ({ CO2: 600, tvoc: 50, temperature: 21, humidity: 40, pressure: 100_000 }),
};

function build() {
  const time = new FakeTime();
  const bus = new I2CBus();
  const book = new LogBook();
  const io = createI2C(bus);
  const wiring = { io, data: 21, clock: 22 };
  const gas = {
    identification: { model: "CCS811" as string | undefined },
    state: "ready" as SensorState,
    address: 0x5a,
    addresses: [0x5a, 0x5b],
    moveTo(address: number) {
      this.address = address;
      this.state = "starting";
    },
  };
  let lag = 0;
  const clock = { ticks: () => time.ticks() + lag, now: () => undefined, set: () => {} };
  const shared = new SharedBus({
    host: { board: { i2c: wiring }, clock, timers: time },
    log: book.log,
    clear: () => true,
  });
  // What the gas sensor's driver does: nobody else gets its address.
  new shared.wiring.io({ ...shared.wiring, hz: 100_000, address: gas.address });
  const owner = {
    refusal: undefined as string | undefined,
    openSensor({ open }: (typeof climateSensors)[number], address: number) {
      if (owner.refusal !== undefined) throw new Error(owner.refusal);
      return open({ timers: time, clock: time, sensor: { ...shared.wiring, address } });
    },
  };
  const watch = new SensorWatch(
    { bus: shared, host: { clock, timers: time }, log: book.log, kinds, gas },
    owner,
  );
  const attach = (...chips: VirtualChip[]) => {
    for (const chip of chips) bus.attach(chip);
  };
  const scans = () => book.lines.filter(({ event }) => event === "scan").map(({ text }) => text);
  return {
    time,
    bus,
    book,
    watch,
    gas,
    owner,
    clock,
    wiring,
    shared,
    attach,
    scans,
    /** What the scan after the start has said. */
    firstScan() {
      time.advance(1_000);
      return scans().join();
    },
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

/** ms in which every address has its turn, and a driver its first sample. */
const round = 15_000;

test("names and opens what is on the bus, at either address, and harms nothing", () => {
  const { time, bus, attach, firstScan, book } = build();
  attach(
    new CCS811Chip({ time, air }),
    new BME280Chip({ time, air, address: 0x77 }),
    new BME280Chip({ time, air, address: 0x76, model: "BMP280" }),
    new SHT3xChip({ time, air, address: 0x44 }),
    new SHT3xChip({ time, air, address: 0x45 }),
  );
  assert.equal(firstScan(), "scan: 0x44 SHT3x, 0x45 SHT3x, 0x5a CCS811, 0x76 BMP280, 0x77 BME280");
  time.advance(600_000);
  assert.deepEqual(book.events, ["i2c/scan"]);
  assert.deepEqual(bus.violations, []);
});

test("tells a BMP180 by its id from what else may have its address", () => {
  const { time, bus, attach, firstScan, book } = build();
  attach(new BMP180Chip({ time, air }), new CCS811Chip({ time, air }));
  assert.equal(firstScan(), "scan: 0x5a CCS811, 0x77 BMP180");
  time.advance(600_000);
  assert.deepEqual(book.events, ["i2c/scan"]);
  assert.deepEqual(bus.violations, []);
});

test("opens a sensor that was disturbed at the moment it was met, without being asked", () => {
  for (const fault of [
    { kind: "fail", fault: "nack-address" },
    { kind: "corrupt", xor: "ones" },
  ] as const) {
    for (let n = 0; n < 8; n++) {
      const { time, bus, attach, watch, book } = build();
      attach(new CCS811Chip({ time, air }), new BME280Chip({ time, air }));
      let index = 0;
      bus.onTransfer = ({ address }) => (address === 0x76 && index++ === n ? fault : undefined);
      time.advance(200 + round);
      assert.equal(watch.driverAt(0x76), "BME280", `${fault.kind} ${n}`);
      assert.equal(book.lines.filter(({ level }) => level === "warn").length, 0, book.text);
    }
  }
});

test("comes back to a sensor that was disturbed for a while when it was met", () => {
  const { time, bus, attach, watch } = build();
  attach(new CCS811Chip({ time, air }), new SHT3xChip({ time, air }));
  bus.inject({ kind: "corrupt", xor: 0x10, count: 40, address: 0x44 });
  time.advance(400_000);
  assert.equal(watch.driverAt(0x44), "SHT3x");
});

test("opens what is plugged in later, and shows what is there then", () => {
  const { time, bus, attach, firstScan, scans } = build();
  attach(new CCS811Chip({ time, air }), new SHT3xChip({ time, air }));
  assert.equal(firstScan(), "scan: 0x44 SHT3x, 0x5a CCS811");
  const bme = new BME280Chip({ time, air });
  attach(bme);
  time.advance(2 * round);
  assert.equal(scans()[1], "scan: 0x44 SHT3x, 0x5a CCS811, 0x76 BME280");
  bus.detach(bme);
  time.advance(2 * round);
  attach(new BME280Chip({ time, air, model: "BMP280" }));
  time.advance(2 * round + 31_000);
  // The driver has come back by itself, and has found another model.
  assert.equal(scans().length, 2);
  assert.deepEqual(bus.violations, []);
});

test("another kind of sensor in the place of the one before is opened with its own driver", () => {
  const { time, bus, attach, watch } = build();
  const bme = new BME280Chip({ time, air, address: 0x77 });
  attach(new CCS811Chip({ time, air }), bme);
  time.advance(round);
  assert.equal(watch.driverAt(0x77), "BME280");
  bus.detach(bme);
  time.advance(round);
  assert.equal(watch.driverAt(0x77), undefined);
  attach(new BMP180Chip({ time, air }));
  time.advance(31_000 + 2 * round);
  assert.equal(watch.driverAt(0x77), "BMP180");
  assert.deepEqual(bus.violations, []);
});

test("follows a gas sensor to its other address, and leaves one alone that is at work", () => {
  const { time, attach, gas } = build();
  time.advance(round);
  gas.state = "absent";
  time.advance(round);
  assert.equal(gas.address, 0x5a);
  attach(stranger(0x5b, 0));
  time.advance(round);
  assert.equal(gas.address, 0x5b);
  gas.state = "ready";
  attach(stranger(0x5a, 0));
  time.advance(round);
  assert.equal(gas.address, 0x5b);
  // It is another chip, and one is at the usual address, too: it has its time at each.
  gas.state = "wrong-id";
  gas.moveTo = (address) => {
    gas.address = address;
    moves++;
  };
  let moves = 0;
  time.advance(6 * round);
  assert.equal(gas.address, 0x5a);
  assert.equal(moves, 1);
});

test("the scan probes one address in a turn, and all that are not reserved", () => {
  const { time, bus } = build();
  time.advance(449);
  const probed: number[] = [];
  bus.onTransfer = ({ address, write, readLength }) => {
    assert.equal((write?.length ?? 0) + readLength, 0);
    probed.push(address);
    return undefined;
  };
  while (probed.length < 0x6f) {
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

test("a device that is not known is shown, why no driver took it is told once, and it has peace", () => {
  const { time, bus, attach, firstScan, book } = build();
  attach(stranger(0x3c, 0), stranger(0x76, 0x61));
  assert.equal(firstScan(), "scan: 0x3c unknown, 0x5a CCS811, 0x76 unknown");
  const reason = "0x76: the chip is no BME280 or BMP280: its id is 0x61, a BME680 or BME688";
  const told = () => book.lines.filter(({ event }) => event === "refused");
  assert.equal(told().length, 1);
  assert.ok(told()[0]?.text.startsWith(reason), told()[0]?.text);
  let touched = 0;
  bus.onTransfer = ({ address }) => {
    if (address === 0x76) touched++;
    return undefined;
  };
  time.advance(3_600_000);
  assert.equal(told().length, 1);
  assert.ok(touched < 120, `${touched} transactions in an hour`);
});

test("a device that no driver took is tried again when somebody asks for a scan", () => {
  const { time, bus, attach, watch } = build();
  const wrong = stranger(0x76, 0x61);
  attach(wrong);
  time.advance(1_800_000);
  bus.detach(wrong);
  attach(new BME280Chip({ time, air }));
  watch.scan(new ReplyBook());
  time.advance(round);
  assert.equal(watch.driverAt(0x76), "BME280");
});

test("a driver that can not be opened does not keep the others from being looked for", () => {
  const { time, owner, attach, watch, book } = build();
  attach(new BME280Chip({ time, air }));
  owner.refusal = "no memory";
  time.advance(round);
  assert.match(book.text, /warn 0x76: no memory/);
  owner.refusal = undefined;
  attach(new SHT3xChip({ time, air }));
  time.advance(4 * round);
  assert.equal(watch.driverAt(0x44), "SHT3x");
  assert.equal(watch.driverAt(0x76), "BME280");
});

test("a chip has a name only when it has answered as one", () => {
  const { time, gas, attach, watch, scans } = build();
  gas.identification.model = undefined;
  gas.state = "fault";
  // Something that answers at the addresses of three kinds, and a gas sensor that is none.
  attach(stranger(0x5a, 0), stranger(0x44, 0xff), stranger(0x77, 0));
  time.advance(3 * round);
  assert.equal(scans().at(-1), "scan: 0x44 unknown, 0x5a unknown, 0x77 unknown");
  for (const address of [0x44, 0x5a, 0x77]) assert.equal(watch.driverAt(address), undefined);
});

test("a sensor that has gone has no name any more", () => {
  const { time, bus, attach, gas, watch, scans } = build();
  const sht = new SHT3xChip({ time, air });
  attach(sht);
  time.advance(round);
  assert.equal(scans().at(-1), "scan: 0x44 SHT3x, 0x5a CCS811");
  bus.detach(sht);
  gas.state = "absent";
  time.advance(round);
  const reply = new ReplyBook();
  watch.scan(reply);
  time.advance(1_000);
  assert.deepEqual([reply.text, reply.ends], ["nothing answers", 1]);
});

test("a scan leaves open sensors alone, and one that is asked for again and again is made once, for the last", () => {
  const { time, bus, attach, watch, scans } = build();
  attach(new SHT3xChip({ time, air }));
  time.advance(1_000);
  const probed: number[] = [];
  bus.onTransfer = ({ address, write, readLength }) => {
    if ((write?.length ?? 0) + readLength === 0) probed.push(address);
    return undefined;
  };
  const replies = Array.from({ length: 50 }, () => new ReplyBook());
  for (const reply of replies) {
    watch.scan(reply);
    time.step();
  }
  time.advance(500);
  // That of the start.
  assert.equal(scans().length, 1);
  assert.equal(replies.at(-1)?.text, "0x44 SHT3x, 0x5a CCS811");
  for (const reply of replies.slice(0, -1)) {
    assert.deepEqual([reply.text, reply.ends], ["error: another scan was asked for", 1]);
  }
  assert.equal(probed.filter((address) => address === 0x30).length, 1);
  assert.ok(!probed.includes(0x5a) && !probed.includes(0x44));
  assert.deepEqual(bus.violations, []);
});

test("a bus that does not move is left after one address, and tried again later", () => {
  const bench = build();
  const { time, bus, attach, watch, book } = bench;
  attach(new BME280Chip({ time, air }));
  bench.slow(400);
  bus.stickSDA(Number.POSITIVE_INFINITY);
  time.advance(10_000);
  assert.equal(bus.transfers, 1);
  const reply = new ReplyBook();
  watch.scan(reply);
  time.advance(1_000);
  assert.equal(reply.text, "error: the bus does not move (at 0x08); check SDA and SCL");
  assert.equal(reply.ends, 1);
  assert.equal(bus.transfers, 2);
  bus.releaseSDA();
  bench.slow(0);
  time.advance(30_000 + 2 * round);
  assert.equal(watch.driverAt(0x76), "BME280");
  assert.match(book.lines.at(-1)?.text ?? "", /0x76 BME280/);
});

test("closing ends the scan and closes every driver", () => {
  for (const ms of [0, 200, 210, 451, 500, 20_000]) {
    const { time, bus, attach, watch, wiring } = build();
    attach(new BME280Chip({ time, air }));
    time.advance(ms);
    watch.close();
    watch.close();
    assert.equal(time.pending, 0);
    const { transfers } = bus;
    time.advance(100_000);
    assert.equal(bus.transfers, transfers);
    assert.equal(deviceAnswers(wiring, 0x76), true);
  }
});

test("of two addresses the one that answers is taken, at the cost of one probe each", () => {
  const { bus, attach, clock, wiring } = build();
  assert.equal(answeringAddress(wiring, [0x50, 0x51], clock), undefined);
  assert.equal(bus.transfers, 2);
  attach(stranger(0x51, 0));
  assert.equal(answeringAddress(wiring, [0x50, 0x51], clock), 0x51);
  attach(stranger(0x50, 0));
  assert.equal(answeringAddress(wiring, [0x50, 0x51], clock), 0x50);
  assert.equal(bus.transfers, 5);
});

test("on a bus that does not move no second address is asked", () => {
  const bench = build();
  bench.slow(400);
  bench.bus.stickSDA(Number.POSITIVE_INFINITY);
  assert.equal(answeringAddress(bench.wiring, [0x50, 0x51], bench.clock), undefined);
  assert.equal(bench.bus.transfers, 1);
});
