// SPDX-License-Identifier: MIT

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const xs = join(here, "..", "xs");

/** Bundles the firmware with its simulator host into one script. */
export async function bundleFirmware(entry = join(xs, "start.ts")): Promise<string> {
  if (!existsSync(entry)) throw new Error(`${entry} does not exist`);
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "iife",
    target: "es2022",
    platform: "neutral",
    sourcemap: "inline",
    logLevel: "silent",
  });
  const source = outputFiles[0]?.text;
  if (source === undefined) throw new Error("the bundler gave no output");
  return source;
}
