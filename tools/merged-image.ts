// SPDX-License-Identifier: MIT

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { version } from "../modules/base/version.ts";
import { chipOf, usualChip } from "./chips.ts";
import { type Partition, partitionKinds, readPartitionTable } from "./partition-table.ts";

/** What a build leaves behind. */
export interface BuiltImage {
  /** Name of the board. */
  readonly board: string;
  /** The SDK's target. */
  readonly platform: string;
  /** It holds settings, among them passwords: nothing to pass on. */
  readonly hasSettings: boolean;
}

/** What goes where in the flash memory of an ESP32. */
export interface ImageParts {
  readonly bootloader: Uint8Array;
  /** The partition table, as ESP-IDF writes it. */
  readonly table: Uint8Array;
  /** Which slot is started; absent: there is one place for the firmware only. */
  readonly otadata?: Uint8Array | undefined;
  readonly app: Uint8Array;
}

/** ESP-IDF's place for the partition table. */
const tableOffset = 0x8000;
/** First byte of everything that the ESP32 starts. */
const imageMagic = 0xe9;

/** Whether an update can be written there. */
function isSlot({ type, subtype }: Partition): boolean {
  const { app, firstSlot, lastSlot } = partitionKinds;
  return type === app && subtype >= firstSlot && subtype <= lastSlot;
}

/** The slot that a new board starts from. Throws an Error when the table has none. */
function firstSlot(partitions: readonly Partition[]): Partition {
  const apps = partitions.filter(({ type }) => type === partitionKinds.app);
  const slot = apps.find(({ subtype }) => subtype === partitionKinds.firstSlot) ?? apps[0];
  if (!slot) throw new Error("the partition table has no place for the firmware");
  return slot;
}

/**
 * One image for all, to be written from address 0. What it does not reach, behind the firmware, stays as
 * it is: settings and pairs. Throws an Error when something does not fit.
 */
export function mergeImage(
  { bootloader, table, otadata, app }: ImageParts,
  chip = usualChip,
): Uint8Array {
  const partitions = readPartitionTable(table);
  const slot = firstSlot(partitions);
  const choice = partitions.find(
    ({ type, subtype }) => type === partitionKinds.data && subtype === partitionKinds.otadata,
  );
  if (choice && !otadata) throw new Error("the build has no ota_data_initial.bin");
  const pieces = [
    { name: "the boot loader", bytes: bootloader, offset: chip.bootloader, end: tableOffset },
    { name: "the partition table", bytes: table, offset: tableOffset, end: tableOffset + 0x1000 },
    ...(choice && otadata
      ? [
          {
            name: "otadata",
            bytes: otadata,
            offset: choice.offset,
            end: choice.offset + choice.size,
          },
        ]
      : []),
    { name: "the firmware", bytes: app, offset: slot.offset, end: slot.offset + slot.size },
  ];
  const image = new Uint8Array(slot.offset + app.length).fill(0xff);
  for (const { name, bytes, offset, end } of pieces) {
    if (offset + bytes.length > end) {
      const room = (end - offset).toLocaleString("en");
      throw new Error(
        `${name} has ${bytes.length.toLocaleString("en")} bytes, and there is room for ${room}: leave words of the build out, or build for a board with more flash memory`,
      );
    }
    image.set(bytes, offset);
  }
  for (const { name, bytes } of [pieces[0], pieces.at(-1)].filter((one) => one !== undefined)) {
    if (bytes[0] !== imageMagic) throw new Error(`${name} is no image of an ESP32`);
  }
  return image;
}

/** What a page for flashing reads (ESP Web Tools): one file from address 0, Improv behind it. */
export function flashManifest(file: string, { family } = usualChip): object {
  return {
    name: "airpair",
    version,
    new_install_prompt_erase: true,
    builds: [{ chipFamily: family, parts: [{ path: file, offset: 0 }] }],
  };
}

/** Where the SDK leaves what it has built. */
function builtFolder({ platform }: BuiltImage, sdk: string): string {
  return join(sdk, "build", "bin", platform, "release", "esp32");
}

/** Where the SDK works on it. */
function workFolder({ platform }: BuiltImage, sdk: string): string {
  return join(sdk, "build", "tmp", platform, "release", "esp32");
}

/**
 * Lets the SDK's linker forget the names of earlier builds: it keeps all that it has ever seen for the sake
 * of quick builds, and they would lie in the flash memory of the board.
 */
export function forgetNames(image: BuiltImage, sdk: string): void {
  rmSync(join(workFolder(image, sdk), "modules", "mc.xsi"), { force: true });
}

/**
 * Throws an Error when a build has fewer than the two slots that updates need, for a board keeps its table of
 * partitions for good. The SDK puts its own table over ours when its template is newer than the last build.
 */
export function checkSlots(image: BuiltImage, sdk: string): void {
  const path = join(builtFolder(image, sdk), "partition-table.bin");
  if (!existsSync(path)) return;
  const slots = readPartitionTable(new Uint8Array(readFileSync(path))).filter(isSlot);
  if (slots.length >= 2) return;
  throw new Error(
    `the table of partitions has ${slots.length} of the two slots that updates need: the SDK has put its own over that of the board; delete ${workFolder(image, sdk)} and build again`,
  );
}

/**
 * Leaves the merged image of a build and its manifest in `build/image/BOARD`, and returns a line that says
 * so. An image with settings is left to nobody. Throws an Error when something does not fit.
 */
export function leaveImage(
  image: BuiltImage,
  { root, sdk }: { readonly root: string; readonly sdk: string },
): string {
  const { board, platform, hasSettings } = image;
  const folder = join("build", "image", board);
  const whole = join(root, folder);
  rmSync(whole, { recursive: true, force: true });
  if (hasSettings) return "no image to pass on is left: it would hold the settings";
  const built = builtFolder(image, sdk);
  const missing = ["bootloader.bin", "partition-table.bin", "xs_esp32.bin"].filter(
    (file) => !existsSync(join(built, file)),
  );
  if (missing.length > 0)
    return `no image to pass on is left: ${built} has no ${missing.join(", ")}`;
  const chip = chipOf(platform);
  const read = (file: string) => new Uint8Array(readFileSync(join(built, file)));
  const choice = "ota_data_initial.bin";
  const app = read("xs_esp32.bin");
  const table = read("partition-table.bin");
  const parts = {
    bootloader: read("bootloader.bin"),
    table,
    otadata: existsSync(join(built, choice)) ? read(choice) : undefined,
    app,
  };
  const merged = mergeImage(parts, chip);
  mkdirSync(whole, { recursive: true });
  writeFileSync(join(whole, "airpair.bin"), merged);
  // What goes into a slot alone: for updates over the air.
  writeFileSync(join(whole, "firmware.bin"), app);
  const manifest = `${JSON.stringify(flashManifest("airpair.bin", chip), null, 2)}\n`;
  writeFileSync(join(whole, "manifest.json"), manifest);
  const { size } = firstSlot(readPartitionTable(table));
  const [used, room] = [app.length, size].map((count) => count.toLocaleString("en"));
  return `the firmware has ${used} bytes of ${room}; ${folder} has all of the flash memory in airpair.bin, a manifest for pages that flash boards, and firmware.bin for updates`;
}
