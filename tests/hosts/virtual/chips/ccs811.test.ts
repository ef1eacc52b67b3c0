// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { CCS811Firmware } from "../../../../hosts/virtual/chips/ccs811-profile.ts";
import { appStart, CCS811Bench, minute, swReset } from "./ccs811-bench.ts";

const both: readonly CCS811Firmware[] = ["1.1.0", "2.0.0"];

/** One row of the register tables: bytes to read, data to write ("" needs none). */
interface Row {
  readonly id: number;
  readonly name: string;
  readonly reads: number;
  readonly data?: string;
}

const everywhere: readonly Row[] = [
  { id: 0x00, name: "STATUS", reads: 1 },
  { id: 0x20, name: "HW_ID", reads: 1 },
  { id: 0x21, name: "HW_VERSION", reads: 1 },
  { id: 0x23, name: "FW_BOOT_VERSION", reads: 2 },
  { id: 0x24, name: "FW_APP_VERSION", reads: 2 },
  { id: 0xe0, name: "ERROR_ID", reads: 1 },
];
const application: readonly Row[] = [
  { id: 0x01, name: "MEAS_MODE", reads: 1, data: "00" },
  { id: 0x02, name: "ALG_RESULT_DATA", reads: 8 },
  { id: 0x03, name: "RAW_DATA", reads: 2 },
  { id: 0x05, name: "ENV_DATA", reads: 0, data: "64 00 64 00" },
  { id: 0x11, name: "BASELINE", reads: 2 },
];
const bootLoader: readonly Row[] = [
  { id: 0xf1, name: "APP_ERASE", reads: 0, data: "E7 A7 E6 09" },
  { id: 0xf2, name: "APP_DATA", reads: 0, data: "00 01 02 03 04 05 06 07" },
  { id: 0xf3, name: "APP_VERIFY", reads: 0, data: "" },
];

const hex = (id: number) => id.toString(16).padStart(2, "0");
const errorOf = (bench: CCS811Bench) => bench.read(0xe0);

test("after power on it is in boot mode with a valid application", () => {
  const bench = new CCS811Bench();
  assert.equal(bench.read(0x00), "10");
  assert.equal(bench.read(0x20), "81");
  assert.equal(bench.read(0x21), "12");
  assert.equal(bench.read(0x23, 2), "10 00");
  assert.equal(bench.read(0x24, 2), "20 00");
  assert.equal(bench.read(0xe0), "00");
  assert.deepEqual(bench.violations, []);
});

test("it tells the version of its application", () => {
  assert.equal(new CCS811Bench({ firmware: "1.1.0" }).read(0x24, 2), "11 00");
  assert.equal(new CCS811Bench({ firmware: "none" }).read(0x24, 2), "FF FF");
});

test("it can live at the other address", () => {
  const bench = new CCS811Bench({ address: 0x5b });
  assert.equal(bench.read(0x00), "nack-address");
  assert.equal(bench.bus.transfer(0x5b, Uint8Array.of(0x20), 1).bytes[0], 0x81);
});

for (const firmware of both) {
  test(`${firmware}: every mailbox gives its bytes and more than that is a violation`, () => {
    for (const row of [...everywhere, ...application].filter(({ reads }) => reads > 0)) {
      const bench = new CCS811Bench({ firmware }).start();
      const exact = bench.read(row.id, row.reads);
      assert.equal(exact.length, 3 * row.reads - 1, row.name);
      assert.deepEqual(bench.violations, [], row.name);
      assert.equal(bench.read(row.id, row.reads + 1), `${bench.read(row.id, row.reads)} FF`);
      assert.equal(bench.violations.length, 1, row.name);
      assert.match(bench.violations[0] ?? "", new RegExp(`read of ${row.name}, which has`));
    }
  });

  test(`${firmware}: a write to a read-only mailbox raises WRITE_REG_INVALID`, () => {
    for (const row of [...everywhere, { id: 0x02, name: "ALG_RESULT_DATA" }]) {
      const bench = new CCS811Bench({ firmware }).start();
      assert.equal(bench.write(`${hex(row.id)} 00`), "ok");
      assert.equal(bench.read(0x00), "91", row.name);
      assert.equal(errorOf(bench), "01", row.name);
      assert.match(bench.violations.join(), /read only/);
    }
  });

  test(`${firmware}: reading a write-only mailbox raises READ_REG_INVALID`, () => {
    for (const id of [0x05, 0x10, 0xff]) {
      const bench = new CCS811Bench({ firmware }).start();
      assert.equal(bench.read(id, 4), "FF FF FF FF");
      assert.equal(bench.read(0x00), "91");
      assert.equal(errorOf(bench), "02");
      assert.match(bench.violations.join(), /write only/);
    }
  });

  test(`${firmware}: the application's mailboxes do not exist in boot mode`, () => {
    for (const row of [...application, { id: 0x10, name: "THRESHOLDS", data: "05 DC 09 C4" }]) {
      const bench = new CCS811Bench({ firmware });
      bench.read(row.id);
      assert.equal(bench.read(0x00), "11", row.name);
      assert.equal(errorOf(bench), "02", row.name);
      bench.write(`${hex(row.id)} ${row.data ?? "00"}`);
      assert.equal(errorOf(bench), "01", row.name);
      assert.equal(bench.violations.length, 2);
      assert.match(bench.violations[0] ?? "", /does not exist in boot mode/);
    }
  });

  test(`${firmware}: the boot loader's mailboxes do not exist in application mode`, () => {
    for (const row of [...bootLoader, { id: 0xf4, name: "APP_START", data: "" }]) {
      const bench = new CCS811Bench({ firmware }).start();
      bench.write(`${hex(row.id)} ${row.data}`);
      assert.equal(errorOf(bench), "01", row.name);
      assert.equal(bench.chip.state, "app");
      assert.deepEqual(bench.violations, [
        `0x5A: write to ${row.name}, which does not exist in application mode`,
      ]);
    }
  });
}

test("an unknown mailbox raises an error for read and write", () => {
  const bench = new CCS811Bench().start();
  bench.read(0x7f);
  bench.write("7f 00");
  assert.equal(errorOf(bench), "03");
  assert.equal(bench.violations.length, 2);
});

test("NTC is there in 1.x only, Internal_State in 2.x only", () => {
  const old = new CCS811Bench({ firmware: "1.1.0" }).start("10");
  old.time.advance(1_000);
  // 22 °C: 11.2 kΩ below 100 kΩ, at 1200 mV.
  assert.equal(old.word(0x06, 0) + old.word(0x06, 2), 1_200);
  assert.equal(old.word(0x06, 2), 121);
  assert.deepEqual(old.violations, []);
  old.read(0xa0);
  assert.equal(errorOf(old), "02");
  const young = new CCS811Bench({ firmware: "2.0.0" }).start();
  assert.equal(young.read(0xa0), "00");
  assert.deepEqual(young.violations, []);
  young.read(0x06, 4);
  assert.equal(errorOf(young), "02");
  assert.equal(young.violations.length, 1);
});

test("THRESHOLDS takes five bytes in 1.x and four in 2.x, in one write", () => {
  const old = new CCS811Bench({ firmware: "1.1.0" }).start();
  assert.deepEqual(old.chip.thresholds, { lowToMedium: 1500, mediumToHigh: 2500, hysteresis: 50 });
  old.write("10 03 E8 07 D0 1E");
  assert.deepEqual(old.chip.thresholds, { lowToMedium: 1000, mediumToHigh: 2000, hysteresis: 30 });
  const young = new CCS811Bench().start();
  young.write("10 03 E8 07 D0");
  assert.deepEqual(young.chip.thresholds, {
    lowToMedium: 1000,
    mediumToHigh: 2000,
    hysteresis: 50,
  });
  assert.deepEqual([...old.violations, ...young.violations], []);
  old.write("10 00 01 00 02");
  young.write("10 00 01 00 02 03");
  assert.equal(old.chip.thresholds.lowToMedium, 1_000);
  assert.equal(young.chip.thresholds.lowToMedium, 1_000);
  assert.deepEqual(old.violations, ["0x5A: 4 bytes to THRESHOLDS, not 5"]);
  assert.deepEqual(young.violations, ["0x5A: 5 bytes to THRESHOLDS, not 4"]);
});

test("ENV_DATA decodes the vectors of the datasheet and refuses wrong lengths", () => {
  const vectors: readonly (readonly [string, number, number])[] = [
    ["64 00 64 00", 50, 25],
    ["61 00 61 00", 48.5, 23.5],
    ["00 00 00 00", 0, -25],
    ["C8 00 96 00", 100, 50],
    ["42 9A 5D 66", 33.3, 21.7],
    ["82 66 78 33", 65.2, 35.1],
    ["6F 1A 1D CD", 55.55, -10.1],
    ["3C 33 00 00", 30.1, -25],
    ["64 00 FF FF", 50, 103],
  ];
  const bench = new CCS811Bench().start();
  const { environment } = bench.chip.registers;
  for (const [data, humidity, temperature] of vectors) {
    bench.write(`05 ${data}`);
    assert.ok(Math.abs(environment.humidity - humidity) <= 1 / 512, data);
    assert.ok(Math.abs(environment.temperature - temperature) <= 1 / 512, data);
  }
  assert.equal(environment.writes, vectors.length);
  assert.deepEqual(bench.violations, []);
  bench.write("05 64 00");
  bench.write("05 C8 01 64 00");
  assert.deepEqual(bench.violations, [
    "0x5A: 2 bytes to ENV_DATA, not 4",
    "0x5A: ENV_DATA with 100.001953125 %",
  ]);
});

test("the mailbox number stays: it does not count up, and a stop in between is fine", () => {
  const bench = new CCS811Bench();
  assert.equal(bench.write("20"), "ok");
  const result = () => bench.bus.transfer(0x5a, undefined, 1).bytes[0];
  assert.equal(result(), 0x81);
  assert.equal(result(), 0x81);
  assert.deepEqual(bench.violations, []);
});

test("a read before any mailbox was selected is a violation", () => {
  const bench = new CCS811Bench();
  assert.equal(bench.bus.transfer(0x5a, undefined, 1).bytes[0], 0xff);
  assert.match(bench.violations.join(), /before a mailbox was selected/);
});

test("a probe is answered and changes nothing", () => {
  const bench = new CCS811Bench();
  bench.write("20");
  assert.equal(bench.write(""), "ok");
  assert.equal(bench.bus.transfer(0x5a, undefined, 1).bytes[0], 0x81);
  assert.deepEqual(bench.violations, []);
});

test("the start sequence of the datasheet leads to readings", () => {
  const bench = new CCS811Bench();
  assert.equal(bench.read(0x00), "10");
  assert.equal(bench.write(swReset), "ok");
  bench.time.advance(2);
  assert.equal(bench.read(0x20), "81");
  assert.equal(bench.read(0x21), "12");
  assert.equal(bench.read(0x00), "10");
  assert.equal(bench.read(0x23, 2), "10 00");
  assert.equal(bench.read(0x24, 2), "20 00");
  assert.equal(bench.write(appStart), "ok");
  bench.time.advance(1);
  assert.equal(bench.read(0x00), "90");
  bench.write("10 05 DC 09 C4");
  bench.write("05 64 00 64 00");
  bench.write("01 10");
  assert.equal(bench.read(0x01), "10");
  bench.time.advance(11_000);
  assert.equal(bench.read(0x00), "98");
  assert.equal(bench.word(0x02), 1_000);
  assert.equal(bench.read(0x00), "90");
  assert.deepEqual(bench.violations, []);
});

test("SW_RESET goes back to boot mode and loses all that was set", () => {
  const bench = new CCS811Bench().start("18");
  bench.write("10 00 01 00 02");
  bench.write("05 00 00 00 00");
  bench.write("7f 00");
  bench.time.advance(30 * minute);
  const learned = bench.read(0x11, 2);
  bench.write(swReset);
  bench.time.advance(2);
  assert.equal(bench.read(0x00), "10");
  assert.equal(bench.chip.nINT, 1);
  bench.start();
  assert.equal(bench.read(0x01), "00");
  assert.equal(bench.read(0x02, 8), "00 00 00 00 90 00 00 00");
  assert.notEqual(bench.read(0x11, 2), learned);
  assert.equal(bench.chip.registers.environment.humidity, 50);
  assert.equal(bench.chip.thresholds.lowToMedium, 1_500);
});

test("SW_RESET needs its cookie, whole and in one write", () => {
  const bench = new CCS811Bench().start();
  bench.write("FF 11 E5 72 8B");
  bench.write("FF 11 E5 72");
  bench.write("FF");
  assert.equal(bench.read(0x00), "90");
  assert.equal(bench.violations.length, 2);
  assert.match(bench.violations[0] ?? "", /wrong cookie/);
});

test("APP_START with data is not a start", () => {
  const bench = new CCS811Bench();
  bench.write("F4 00");
  bench.time.advance(1);
  assert.equal(bench.read(0x00), "10");
  assert.match(bench.violations.join(), /1 bytes to APP_START, not 0/);
});

test("APP_START without an application changes nothing", () => {
  const bench = new CCS811Bench({ firmware: "none" });
  assert.equal(bench.read(0x00), "00");
  bench.start();
  assert.equal(bench.read(0x00), "00");
  assert.match(bench.violations.join(), /without a valid application/);
});

test("MEAS_MODE with a reserved drive mode raises MEASMODE_INVALID and changes nothing", () => {
  const bench = new CCS811Bench().start("10");
  for (const value of ["50", "60", "70"]) {
    bench.write(`01 ${value}`);
    assert.equal(errorOf(bench), "04");
    assert.equal(bench.read(0x01), "10");
  }
  bench.write("01 13");
  assert.equal(bench.read(0x01), "10");
  assert.equal(bench.violations.length, 4);
});

test("ERROR_ID clears itself and STATUS.ERROR, and only its own mailbox does", () => {
  const bench = new CCS811Bench().start();
  bench.write("7f 00");
  assert.equal(bench.read(0x00), "91");
  assert.equal(bench.read(0x00), "91");
  assert.equal(bench.read(0x02, 6), "00 00 00 00 91 01");
  assert.equal(bench.read(0x00), "91");
  assert.equal(bench.read(0xe0), "01");
  assert.equal(bench.read(0x00), "90");
  assert.equal(bench.read(0xe0), "00");
});

test("ALG_RESULT_DATA can be read short at the ends of its words, nowhere else", () => {
  for (const length of [2, 4, 5, 6, 8]) {
    const bench = new CCS811Bench().start("10");
    bench.time.advance(20_000);
    assert.equal(bench.read(0x02, length), "03 E8 00 64 98 00 32 7F".slice(0, 3 * length - 1));
    assert.equal(bench.read(0x00), "90", `${length} bytes clear DATA_READY`);
    assert.deepEqual(bench.violations, []);
  }
  for (const length of [1, 3, 7]) {
    const bench = new CCS811Bench().start("10");
    bench.read(0x02, length);
    assert.match(bench.violations.join(), /part of a word/);
  }
});
