// SPDX-License-Identifier: MIT

import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Program } from "./machine.ts";
import { workerPath } from "./xs-machine.ts";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../../../..");
/** What decides beside the firmware's own files how it is bundled and what is kept. */
const makers = Object.freeze([
  join(here, "bundle.ts"),
  join(here, "firmware-cache.ts"),
  join(here, "snapshot.ts"),
  join(root, "package.json"),
  join(root, "tsconfig.json"),
  join(root, "tsconfig.options.json"),
  createRequire(import.meta.url).resolve("esbuild/package.json"),
]);

const outputs = Object.freeze(["firmware.js", "firmware.js.map", "firmware.xss"] as const);
type Output = (typeof outputs)[number];

/** What a folder of the cache says of itself, in the file "index.json". */
interface Index {
  /** Hash of `makers` and the engine. */
  readonly key: string;
  /** Hashes of the firmware's files, by path relative to the repository. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Hashes of the files in the folder. */
  readonly outputs: Readonly<Record<Output, string>>;
}

/** A folder that is being written is left alone by others for so long, ms. */
const draftLife = 600_000;
const draftMark = "draft-";

/**
 * Bundles the firmware and takes its snapshot, unless both lie in `folder`, made of the same files
 * for the same engine. Simulators that start at the same time may share the folder. There is no
 * snapshot when nothing can be written there, or when the firmware cannot be loaded, which its
 * boards will report.
 */
export async function loadFirmware(folder = join(root, "build", "simulator")): Promise<Program> {
  const key = hashOf(...[workerPath(), ...makers].map((path) => readFileSync(path)));
  for (const name of listFolder(folder)) {
    const program = readCached(join(folder, name), key);
    if (program) return program;
  }
  return await make(folder, key);
}

/** The firmware in one folder of the cache; undefined when it is another one, or not whole. */
function readCached(folder: string, key: string): Program | undefined {
  try {
    const index = JSON.parse(readFileSync(join(folder, "index.json"), "utf8")) as Index;
    if (index.key !== key) return undefined;
    for (const [path, hash] of Object.entries(index.inputs)) {
      if (hashOf(readFileSync(join(root, path))) !== hash) return undefined;
    }
    const [source, map] = outputs.map((name) => {
      const bytes = readFileSync(join(folder, name));
      if (hashOf(bytes) !== index.outputs[name]) throw new Error(`${name} is damaged`);
      return bytes.toString("utf8");
    });
    return { source: source ?? "", map, snapshot: join(folder, "firmware.xss"), isShared: true };
  } catch {
    // A file that is not there, or not what it was: the firmware is made anew.
    return undefined;
  }
}

async function make(folder: string, key: string): Promise<Program> {
  const start = Date.now();
  const { bundleFirmware, endBundler } = await import("./bundle.ts");
  const { source, map, inputs } = await bundleFirmware();
  endBundler();
  const draft = join(folder, `${draftMark}${process.pid}`);
  try {
    mkdirSync(draft, { recursive: true });
    const { takeSnapshot } = await import("./snapshot.ts");
    const snapshot = await takeSnapshot({ source }, join(draft, "firmware.xss"));
    const bytes = [Buffer.from(source), Buffer.from(map), snapshot];
    for (const [i, name] of outputs.entries()) writeFileSync(join(draft, name), bytes[i] ?? "");
    const index: Index = {
      key,
      inputs: Object.fromEntries(inputs.map((path) => [path, unchanged(path, start)])),
      outputs: Object.fromEntries(
        outputs.map((name, i) => [name, hashOf(bytes[i] ?? "")]),
      ) as Index["outputs"],
    };
    const text = JSON.stringify(index);
    writeFileSync(join(draft, "index.json"), text);
    const kept = join(folder, hashOf(text).slice(0, 16));
    if (!readCached(kept, key)) replace(kept, draft);
    removeOthers(folder, kept);
    return { source, map, snapshot: join(kept, "firmware.xss"), isShared: true };
  } catch {
    return { source, map, isShared: true };
  } finally {
    // Left when another process was faster, or something went wrong.
    if (existsSync(draft)) rmSync(draft, { recursive: true, force: true });
  }
}

/** Hash of a file. Throws when it has changed since `start`, so that nobody knows what was bundled. */
function unchanged(path: string, start: number): string {
  const { ctimeMs } = statSync(join(root, path));
  if (ctimeMs >= start) throw new Error(`${path} has changed meanwhile`);
  return hashOf(readFileSync(join(root, path)));
}

/** Puts a finished folder in its place, where there is none or a damaged one. */
function replace(kept: string, draft: string): void {
  rmSync(kept, { recursive: true, force: true });
  try {
    renameSync(draft, kept);
  } catch (error) {
    // Another process was faster.
    if (!existsSync(kept)) throw error;
  }
}

/** Removes what is out of date. A simulator that runs from it loads the source when it restarts a board. */
function removeOthers(folder: string, kept: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const isInUse = name.startsWith(draftMark) && Date.now() - statSync(path).mtimeMs < draftLife;
    if (path !== kept && !isInUse) rmSync(path, { recursive: true, force: true });
  }
}

function listFolder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => !name.startsWith(draftMark));
}

function hashOf(...contents: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const content of contents) hash.update(createHash("sha256").update(content).digest());
  return hash.digest("hex");
}
