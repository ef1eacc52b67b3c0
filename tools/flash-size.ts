// SPDX-License-Identifier: MIT

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { bundleFirmware } from "../hosts/sim/node/engine/bundle.ts";
import { takeSnapshot } from "../hosts/sim/node/engine/snapshot.ts";

/** Bytes of a slot in a snapshot. */
const slotBytes = 32;

/** What lies in flash of some modules. */
export interface FlashSize {
  /** Bytecode with what it names. */
  readonly bytes: number;
  /** Classes and tables; a slot of a board has 16 bytes. */
  readonly slots: number;
}

/** What is in a snapshot of XS. */
export function snapshotSize(snapshot: Buffer): FlashSize {
  const sizes = new Map<string, number>();
  for (let at = 8; at < snapshot.length; at += snapshot.readUInt32BE(at)) {
    sizes.set(snapshot.toString("latin1", at + 4, at + 8), snapshot.readUInt32BE(at) - 8);
  }
  return { bytes: sizes.get("BLOC") ?? 0, slots: (sizes.get("HEAP") ?? 0) / slotBytes };
}

/** Bytes of a program's chunks, and its slots, when it holds these files and what they import. */
export async function flashSizeOf(files: readonly string[]): Promise<FlashSize> {
  const folder = mkdtempSync(join(tmpdir(), "airpair-size-"));
  try {
    const entry = join(folder, "entry.ts");
    const uses = files.map(
      (file, at) => `import * as m${at} from ${JSON.stringify(file)};\nkept.push(m${at});`,
    );
    const text = `const kept: unknown[] = [];\n${uses.join("\n")}\nObject.assign(globalThis, { kept, handleCommand: () => new ArrayBuffer(0) });\n`;
    writeFileSync(entry, text);
    const { source } = await bundleFirmware(entry);
    return snapshotSize(await takeSnapshot({ source }, join(folder, "heap")));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const pairing = "modules/pairing/";

/** What pairing takes of the flash, beside the modules that others use too. */
export async function countPairingFlash(): Promise<FlashSize> {
  const entry = `${pairing}pairing.ts`;
  const { metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const others = Object.keys(metafile.inputs).filter((file) => !file.startsWith(pairing));
  const shared = others.map((file) => resolve(file));
  const [all, rest] = [await flashSizeOf([resolve(entry), ...shared]), await flashSizeOf(shared)];
  return { bytes: all.bytes - rest.bytes, slots: all.slots - rest.slots };
}
