// SPDX-License-Identifier: MIT

// npm run footprint:sensors: what each sensor's driver costs a board, written into docs/sensors.md.
// Slots of the heap while it is at work, and bytes of bytecode and of slots that lie in flash. It
// repeats exactly.

import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleFirmware } from "../hosts/sim/node/engine/bundle.ts";
import { XsMachine } from "../hosts/sim/node/engine/xs-machine.ts";
import { allSensors } from "../hosts/sim/xs/sensors.ts";
import { type FlashSize, flashSizeOf } from "./flash-size.ts";
import { readToolOptions } from "./tool-options.ts";

readToolOptions({
  command: "npm run footprint:sensors",
  purpose: "Counts what each sensor's driver costs a board, and writes docs/sensors.md.",
});

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const document = join(root, "docs/sensors.md");
const [begin, end] = ["<!-- cost -->", "<!-- end of cost -->"];
/** Drivers that are opened for the count. */
const copies = 4;

type Sensor = (typeof allSensors)[number];

/** Slots that each driver takes beyond its chip. */
async function slotsOfAll(): Promise<number[]> {
  const program = join(root, "tools/bench/xs/counted-sensors.ts");
  const machine = new XsMachine({
    source: (await bundleFirmware(program)).source,
    onCall: () => new Uint8Array(),
    onPrint: () => {},
    onExit: () => {},
  });
  const growth = async (index: number, isOpen: 0 | 1) => {
    const open = async () => (await machine.turn(Uint8Array.of(index, isOpen))).heapCount;
    // The first ones fill the caches of XS.
    let before = 0;
    for (let i = 0; i < copies; i++) before = await open();
    let after = before;
    for (let i = 0; i < copies; i++) after = await open();
    return (after - before) / copies;
  };
  try {
    const all: number[] = [];
    for (const index of allSensors.keys()) {
      all.push(Math.ceil((await growth(index, 1)) - (await growth(index, 0))));
    }
    return all;
  } finally {
    await machine.close();
  }
}

/** What these drivers take of the flash, with all that they need. */
function sizeOf(parts: readonly string[]): Promise<FlashSize> {
  return flashSizeOf(parts.map((part) => join(root, "drivers", part, `${part}.ts`)));
}

/** What lies in flash of each driver, beside the others. */
async function flashOfAll(): Promise<FlashSize[]> {
  const parts = allSensors.map(({ part }) => part);
  const all = await sizeOf(parts);
  const costs: FlashSize[] = [];
  for (const part of parts) {
    const { bytes, slots } = await sizeOf(parts.filter((other) => other !== part));
    costs.push({ bytes: all.bytes - bytes, slots: all.slots - slots });
  }
  return costs;
}

function rowOf({ part }: Sensor, slots: number, flash: FlashSize | undefined): string {
  const bytes = ((flash?.bytes ?? 0) / 1_024).toFixed(1);
  return `| \`drivers/${part}\` | ${slots} | ${bytes} | ${flash?.slots} |`;
}

const slots = await slotsOfAll();
const flash = await flashOfAll();
const table = [
  "| Driver | Slots of the heap, while its chip is there | KB of bytecode in flash | Slots in flash |",
  "|---|---:|---:|---:|",
  ...allSensors.map((sensor, at) => rowOf(sensor, slots[at] ?? 0, flash[at])),
].join("\n");
const text = readFileSync(document, "utf8");
const [start, stop] = [text.indexOf(begin), text.indexOf(end)];
if (start < 0 || stop < start) throw new Error(`${document} has no place for the table`);
writeFileSync(
  document,
  `${text.slice(0, start + begin.length)}\n\n${table}\n\n${text.slice(stop)}`,
);
process.stdout.write(`${table}\nwritten to docs/sensors.md\n`);
process.exit(0);
