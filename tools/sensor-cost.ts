// SPDX-License-Identifier: MIT

// npm run footprint:sensors: what each sensor's driver costs a board, written into docs/sensors.md.
// Slots of the heap while it is at work, and bytes of bytecode and of slots that lie in flash. It
// repeats exactly.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleFirmware } from "../hosts/sim/node/engine/bundle.ts";
import { takeSnapshot } from "../hosts/sim/node/engine/snapshot.ts";
import { XsMachine } from "../hosts/sim/node/engine/xs-machine.ts";
import { allSensors } from "../hosts/sim/xs/sensors.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const document = join(root, "docs/sensors.md");
const [begin, end] = ["<!-- cost -->", "<!-- end of cost -->"];
/** Drivers that are opened for the count. */
const copies = 4;
/** Bytes of a slot in a snapshot. */
const slotBytes = 32;

type Sensor = (typeof allSensors)[number];

/** Bytecode with what it names, and objects. */
interface Size {
  readonly bytes: number;
  readonly slots: number;
}

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

/** Bytes of a program's chunks, and its slots, when it holds these drivers. */
async function sizeOf(parts: readonly string[], folder: string): Promise<Size> {
  const entry = join(folder, "entry.ts");
  const uses = parts.map((part, at) => {
    const path = join(root, "drivers", part, `${part}.ts`);
    return `import * as m${at} from ${JSON.stringify(path)};\nkept.push(m${at});`;
  });
  const text = `const kept: unknown[] = [];\n${uses.join("\n")}\nObject.assign(globalThis, { kept, handleCommand: () => new ArrayBuffer(0) });\n`;
  writeFileSync(entry, text);
  const { source } = await bundleFirmware(entry);
  const snapshot = await takeSnapshot({ source }, join(folder, "heap"));
  const sizes = new Map<string, number>();
  for (let at = 8; at < snapshot.length; at += snapshot.readUInt32BE(at)) {
    sizes.set(snapshot.toString("latin1", at + 4, at + 8), snapshot.readUInt32BE(at) - 8);
  }
  const slots = (sizes.get("HEAP") ?? 0) / slotBytes;
  return { bytes: sizes.get("BLOC") ?? 0, slots };
}

/** What lies in flash of each driver, beside the others. */
async function flashOfAll(): Promise<Size[]> {
  const folder = mkdtempSync(join(tmpdir(), "airpair-sensors-"));
  try {
    const parts = allSensors.map(({ part }) => part);
    const all = await sizeOf(parts, folder);
    const costs: Size[] = [];
    for (const part of parts) {
      const others = parts.filter((other) => other !== part);
      const { bytes, slots } = await sizeOf(others, folder);
      costs.push({ bytes: all.bytes - bytes, slots: all.slots - slots });
    }
    return costs;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function rowOf({ part }: Sensor, slots: number, flash: Size | undefined): string {
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
