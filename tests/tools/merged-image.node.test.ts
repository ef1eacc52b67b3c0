// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { boardNamed } from "../../tools/boards.ts";
import { checkSlots, forgetNames, leaveImage, mergeImage } from "../../tools/merged-image.ts";
import { readPartitionTable } from "../../tools/partition-table.ts";

interface Line {
  readonly name: string;
  readonly type: string;
  readonly subtype: string;
  readonly offset: number;
  readonly size: number;
}

/** A table of partitions as it is written for ESP-IDF. */
function linesOf(path: string): Line[] {
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [name = "", type = "", subtype = "", offset, size] = line.split(/, */);
      return { name, type, subtype, offset: Number(offset), size: Number(size) };
    });
}

const subtypes: Readonly<Record<string, number>> = {
  ota: 0,
  phy: 1,
  nvs: 2,
  coredump: 3,
  factory: 0,
  ota_0: 0x10,
  ota_1: 0x11,
};

/** What ESP-IDF makes of such a table: entries of 32 bytes, and a checksum that is none of them. */
function tableOf(lines: readonly Line[]): Uint8Array {
  const table = new Uint8Array(0xc00).fill(0xff);
  for (const [index, { name, type, subtype, offset, size }] of lines.entries()) {
    const view = new DataView(table.buffer, 32 * index, 32);
    view.setUint16(0, 0x50aa, true);
    view.setUint8(2, type === "app" ? 0 : 1);
    view.setUint8(3, subtypes[subtype] ?? 0xfe);
    view.setUint32(4, offset, true);
    view.setUint32(8, size, true);
    new Uint8Array(table.buffer, 32 * index + 12, 20).fill(0);
    new TextEncoder().encodeInto(name, table.subarray(32 * index + 12));
  }
  table.set([0xeb, 0xeb], 32 * lines.length);
  return table;
}

/** The SDK's own: one place for the firmware. */
const oneSlot: readonly Line[] = [
  { name: "nvs", type: "data", subtype: "nvs", offset: 0x9000, size: 0x6000 },
  { name: "phy_init", type: "data", subtype: "phy", offset: 0xf000, size: 0x1000 },
  { name: "factory", type: "app", subtype: "factory", offset: 0x10000, size: 0x3f0000 },
];

const tables = { 4: "hosts/esp32/ota/4mb.csv", 8: "hosts/esp32/ota/8mb.csv" };

test("partitions fill the flash memory, do not overlap, and firmware lies where it must", () => {
  for (const [size, path] of Object.entries(tables)) {
    const lines = linesOf(path);
    let end = 0x9000;
    for (const { name, type, offset, size: length } of lines) {
      assert.ok(offset >= end, `${path}: ${name} begins before the end of the one before`);
      assert.equal(offset % (type === "app" ? 0x10000 : 0x1000), 0, name);
      assert.equal(length % 0x1000, 0, name);
      end = offset + length;
    }
    assert.equal(end, Number(size) * 1024 * 1024, path);
    assert.deepEqual(
      lines.map(({ subtype }) => subtype),
      ["ota", "phy", "ota_0", "ota_1", "nvs", "coredump"],
    );
    const [first, second] = lines.filter(({ type }) => type === "app");
    assert.equal(first?.size, second?.size);
  }
});

test("every slot of 4 MB holds more than an image may have", () => {
  const slots = linesOf(tables[4]).filter(({ type }) => type === "app");
  for (const { size } of slots) assert.ok(size >= 1_800_000, `${size}`);
});

const parts = {
  bootloader: Uint8Array.of(0xe9, 1, 2),
  table: tableOf(linesOf(tables[4])),
  otadata: new Uint8Array(0x2000).fill(7),
  app: Uint8Array.of(0xe9, 4, 5, 6),
};

test("reads the table of partitions that a build has made", () => {
  const found = readPartitionTable(parts.table);
  assert.deepEqual(
    found.map(({ name, offset, size }) => [name, offset, size]),
    linesOf(tables[4]).map(({ name, offset, size }) => [name, offset, size]),
  );
  assert.throws(() => readPartitionTable(new Uint8Array(64)), /has no entry/);
});

test("a merged image has each part in its place, and ends before the settings", () => {
  const image = mergeImage(parts);
  assert.deepEqual([...image.subarray(0x1000, 0x1004)], [0xe9, 1, 2, 0xff]);
  assert.deepEqual([...image.subarray(0x8000, 0x8002)], [0xaa, 0x50]);
  assert.equal(image[0xd000], 7);
  assert.equal(image[0xefff], 7);
  assert.deepEqual([...image.subarray(0x10000)], [0xe9, 4, 5, 6]);
  assert.ok(image.subarray(0, 0x1000).every((byte) => byte === 0xff));
  const nvs = linesOf(tables[4]).find(({ name }) => name === "nvs");
  assert.ok(image.length < (nvs?.offset ?? 0));
});

test("an image that does not fit, or is none, is refused with what to do", () => {
  const large = new Uint8Array(0x1e0001);
  large[0] = 0xe9;
  assert.throws(
    () => mergeImage({ ...parts, app: large }),
    /^Error: the firmware has 1,966,081 bytes, and there is room for 1,966,080: leave words/,
  );
  assert.throws(() => mergeImage({ ...parts, app: Uint8Array.of(1) }), /the firmware is no image/);
  assert.throws(() => mergeImage({ ...parts, bootloader: parts.table }), /boot loader is no image/);
  assert.throws(() => mergeImage({ ...parts, otadata: undefined }), /no ota_data_initial/);
  const bare = tableOf(linesOf(tables[4]).filter(({ type }) => type !== "app"));
  assert.throws(() => mergeImage({ ...parts, table: bare }), /no place for the firmware/);
});

test("a build whose table of partitions has not the two slots of updates is refused, with what mends it", (t) => {
  const sdk = mkdtempSync(join(tmpdir(), "airpair-slots-"));
  t.after(() => rmSync(sdk, { recursive: true }));
  const image = { board: "esp32-devkit", platform: "esp32/nodemcu", hasSettings: true };
  const built = join(sdk, "build/bin/esp32/nodemcu/release/esp32");
  checkSlots(image, sdk);
  mkdirSync(built, { recursive: true });
  const write = (lines: readonly Line[]) =>
    writeFileSync(join(built, "partition-table.bin"), tableOf(lines));
  for (const path of Object.values(tables)) {
    write(linesOf(path));
    checkSlots(image, sdk);
  }
  write(oneSlot);
  assert.throws(
    () => checkSlots(image, sdk),
    /has 0 of the two slots .* delete .*build\/tmp\/esp32\/nodemcu\/release\/esp32 and build again$/,
  );
  write(linesOf(tables[4]).filter(({ name }) => name !== "ota_1"));
  assert.throws(() => checkSlots(image, sdk), /has 1 of the two slots/);
});

test("the names of earlier builds are forgotten, and nothing else of them", (t) => {
  const sdk = mkdtempSync(join(tmpdir(), "airpair-names-"));
  t.after(() => rmSync(sdk, { recursive: true }));
  const image = { board: "esp32-devkit", platform: "esp32/nodemcu", hasSettings: false };
  forgetNames(image, sdk);
  const modules = join(sdk, "build/tmp/esp32/nodemcu/release/esp32/modules");
  mkdirSync(modules, { recursive: true });
  for (const name of ["mc.xsi", "firmware.xsb"]) writeFileSync(join(modules, name), "x");
  forgetNames(image, sdk);
  assert.deepEqual(readdirSync(modules), ["firmware.xsb"]);
});

/** What the SDK leaves of a build for one of its targets, in the folder `sdk` of `root`. */
function putBuild(root: string, platform: string): void {
  const built = join(root, "sdk/build/bin", platform, "release/esp32");
  mkdirSync(built, { recursive: true });
  for (const [name, bytes] of [
    ["bootloader.bin", parts.bootloader],
    ["partition-table.bin", parts.table],
    ["ota_data_initial.bin", parts.otadata],
    ["xs_esp32.bin", parts.app],
  ] as const) {
    writeFileSync(join(built, name), bytes);
  }
}

test("a build leaves one file with a manifest beside it, and none where it would hold settings", (t) => {
  const root = mkdtempSync(join(tmpdir(), "airpair-image-"));
  t.after(() => rmSync(root, { recursive: true }));
  const image = { board: "esp32-devkit", platform: "esp32/nodemcu", hasSettings: false };
  const leave = (hasSettings: boolean) =>
    leaveImage({ ...image, hasSettings }, { root, sdk: join(root, "sdk") });
  assert.match(leave(false), /no image to pass on is left: .* has no bootloader\.bin, partition/);
  putBuild(root, "esp32/nodemcu");
  assert.match(leave(false), /^the firmware has 4 bytes of 1,966,080; build\/image\/esp32-devkit /);
  const folder = join(root, "build/image/esp32-devkit");
  assert.deepEqual(new Uint8Array(readFileSync(join(folder, "airpair.bin"))), mergeImage(parts));
  assert.deepEqual(new Uint8Array(readFileSync(join(folder, "firmware.bin"))), parts.app);
  const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
  assert.equal(manifest.name, "airpair");
  assert.match(manifest.version, /^\d+\.\d+\.\d+$/);
  assert.deepEqual(manifest.builds, [
    { chipFamily: "ESP32", parts: [{ path: "airpair.bin", offset: 0 }] },
  ]);
  assert.match(leave(true), /would hold the settings/);
  assert.equal(existsSync(folder), false);
});

test("other chips have their boot loader at address 0, and pages that flash boards are told their kind", (t) => {
  const root = mkdtempSync(join(tmpdir(), "airpair-image-"));
  t.after(() => rmSync(root, { recursive: true }));
  for (const [board, family] of [
    ["esp32-c3-devkit", "ESP32-C3"],
    ["esp32-s3-devkit", "ESP32-S3"],
  ] as const) {
    const { target: platform } = boardNamed(board);
    putBuild(root, platform);
    leaveImage({ board, platform, hasSettings: false }, { root, sdk: join(root, "sdk") });
    const folder = join(root, "build/image", board);
    const whole = new Uint8Array(readFileSync(join(folder, "airpair.bin")));
    const { bootloader } = parts;
    assert.deepEqual(whole.slice(0, bootloader.length), bootloader);
    assert.deepEqual(mergeImage(parts).slice(0x1000, 0x1000 + bootloader.length), bootloader);
    const { builds } = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
    assert.equal(builds[0].chipFamily, family);
  }
});
