// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { CCS811Bench, swReset } from "./ccs811-bench.ts";

const erase = "F1 E7 A7 E6 09";

/** Programs `count` pieces of eight bytes, each with its number in front. */
function program(bench: CCS811Bench, count: number): void {
  for (let n = 0; n < count; n++) {
    const number = `${(n >> 8).toString(16).padStart(2, "0")} ${(n & 255).toString(16).padStart(2, "0")}`;
    assert.equal(bench.write(`F2 ${number} 02 03 04 05 06 07`), "ok");
    bench.time.advance(50);
  }
}

function eraseNow(bench: CCS811Bench): void {
  assert.equal(bench.write(erase), "ok");
  bench.time.advance(500);
}

function reset(bench: CCS811Bench): void {
  assert.equal(bench.write(swReset), "ok");
  bench.time.advance(2);
}

test("an update goes through erase, 640 pieces, verify and reset", () => {
  const bench = new CCS811Bench({ firmware: "1.1.0" });
  reset(bench);
  eraseNow(bench);
  assert.equal(bench.read(0x00), "40");
  assert.equal(bench.read(0x24, 2), "FF FF");
  program(bench, 640);
  assert.equal(bench.read(0x00), "00");
  const { image } = bench.chip.registers.bootLoader;
  assert.equal(image.length, 5_120);
  assert.deepEqual([...image.slice(-8)], [2, 127, 2, 3, 4, 5, 6, 7]);
  bench.write("F3");
  bench.time.advance(70);
  assert.equal(bench.read(0x00), "30");
  reset(bench);
  assert.equal(bench.read(0x00), "10");
  assert.equal(bench.read(0x24, 2), "20 00");
  bench.start();
  assert.equal(bench.read(0x00), "90");
  assert.equal(bench.read(0xa0), "00");
  assert.deepEqual(bench.violations, []);
});

test("the image decides the version", () => {
  const bench = new CCS811Bench({ firmware: "none" });
  bench.chip.registers.imageFirmware = "1.1.0";
  eraseNow(bench);
  program(bench, 640);
  bench.write("F3");
  bench.time.advance(70);
  assert.equal(bench.read(0x24, 2), "11 00");
  bench.start("10");
  assert.equal(bench.read(0x06, 4).length, 11);
  assert.deepEqual(bench.violations, []);
});

test("a part without application says so and accepts an update", () => {
  const bench = new CCS811Bench({ firmware: "none" });
  assert.equal(bench.read(0x00), "00");
  assert.equal(bench.read(0x20), "81");
  eraseNow(bench);
  assert.equal(bench.read(0x00), "40");
  assert.deepEqual(bench.violations, []);
});

test("a bad image leaves the part without application", () => {
  const bench = new CCS811Bench();
  bench.chip.registers.bootLoader.acceptsImage = false;
  eraseNow(bench);
  program(bench, 640);
  bench.write("F3");
  bench.time.advance(70);
  assert.equal(bench.read(0x00), "20");
  assert.deepEqual(bench.violations, []);
});

test("an aborted update leaves identity 0xFD, STATUS 0x20, and a boot loader that works", () => {
  for (const pieces of [0, 1, 100, 640]) {
    const bench = new CCS811Bench({ firmware: "1.1.0" });
    eraseNow(bench);
    program(bench, pieces);
    bench.chip.power.isOn = false;
    bench.time.advance(1_000);
    bench.chip.power.isOn = true;
    bench.time.advance(20);
    assert.equal(bench.read(0x00), "20", `${pieces} pieces`);
    assert.equal(bench.read(0x20), "FD");
    assert.equal(bench.read(0x21), "FD");
    assert.equal(bench.read(0x23, 2), "FD FD");
    assert.equal(bench.read(0x24, 2), "FD FD");
    if (pieces !== 1) continue;
    eraseNow(bench);
    program(bench, 640);
    bench.write("F3");
    bench.time.advance(70);
    reset(bench);
    assert.equal(bench.read(0x00), "10");
    assert.equal(bench.read(0x20), "81");
    assert.equal(bench.read(0x24, 2), "20 00");
    assert.deepEqual(bench.violations, []);
  }
});

test("a verify of the application that is there finds it good", () => {
  const bench = new CCS811Bench();
  bench.write("F3");
  bench.time.advance(70);
  assert.equal(bench.read(0x00), "30");
  assert.equal(bench.read(0x24, 2), "20 00");
  assert.deepEqual(bench.violations, []);
});

test("the wrong order is a violation: data without erase, verify or data out of length", () => {
  const early = new CCS811Bench();
  early.write("F2 00 01 02 03 04 05 06 07");
  assert.match(early.violations.join(), /APP_DATA without APP_ERASE/);
  const short = new CCS811Bench();
  eraseNow(short);
  program(short, 639);
  short.write("F3");
  short.time.advance(70);
  assert.equal(short.read(0x00), "20");
  assert.match(short.violations.join(), /APP_VERIFY after 5112 bytes/);
  const long = new CCS811Bench();
  eraseNow(long);
  program(long, 641);
  long.write("F3");
  long.time.advance(70);
  assert.equal(long.read(0x00), "20");
  assert.match(long.violations.join(), /APP_DATA beyond 5120 bytes/);
});

test("a wrong erase cookie and pieces of another size change nothing", () => {
  const bench = new CCS811Bench();
  bench.write("F1 E7 A7 E6 08");
  bench.write("F1 E7 A7 E6");
  assert.equal(bench.read(0x00), "10");
  eraseNow(bench);
  bench.write("F2 00 01 02 03 04 05 06");
  assert.equal(bench.read(0x00), "40");
  assert.equal(bench.violations.length, 3);
});

test("no access while it erases, programs or verifies", () => {
  const steps = [
    [erase, 500],
    ["F2 00 01 02 03 04 05 06 07", 50],
    ["F3", 70],
  ] as const;
  const bench = new CCS811Bench();
  steps.forEach(([command, ms], n) => {
    assert.equal(bench.write(command), "ok");
    bench.time.advance(ms - 1);
    const before = bench.violations.length;
    assert.equal(bench.read(0x00), "nack-address", command);
    assert.equal(bench.violations.length, before + 1, `${n}`);
    bench.time.advance(1);
    assert.notEqual(bench.read(0x00), "nack-address");
  });
});
