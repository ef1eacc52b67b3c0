// SPDX-License-Identifier: MIT

import { resolve } from "node:path";
import { build } from "esbuild";
import { runOnMachine } from "../hosts/sim/node/engine/run-on-machine.ts";
import { StackMap } from "../hosts/sim/node/engine/stack-map.ts";
import type { TestCount } from "./test-count.ts";

/** Files tested at a time. */
const parallel = 2;
/** Longest time one test file may take, ms. */
const fileLimit = 300_000;

const adapters = {
  "node:test": "tests/support/xs/node-test.ts",
  "node:assert/strict": "tests/support/xs/node-assert-strict.ts",
};

/** One line of the adapter's output. */
type Line =
  | { readonly name: string; readonly ok: boolean; readonly text?: string }
  | { readonly done: number };

/** Runs unit test files on the XS engine, each in its own machine; prints what failed. */
export async function runOnXs(files: readonly string[]): Promise<TestCount> {
  const count = { passed: 0, failed: 0, skipped: 0 };
  const waiting = [...files];
  const work = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      await runFile(file, count);
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return count;
}

async function runFile(file: string, count: TestCount): Promise<void> {
  let done = false;
  const onPrint = (text: string) => {
    const line = parse(text);
    if (!line) {
      if (text.startsWith("measured: ")) process.stdout.write(`${text}\n`);
    } else if ("done" in line) done = true;
    else if (line.ok) count.passed++;
    else fail(count, `${line.name} (${file}, XS)`, map?.translate(line.text ?? "") ?? "");
  };
  let map: StackMap | undefined;
  try {
    const source = await bundle(file);
    map = new StackMap(source);
    await runOnMachine({ source, onPrint, limit: fileLimit });
    if (!done) fail(count, `${file} (XS)`, "the machine stopped before the last test");
  } catch (error) {
    fail(count, `${file} (XS)`, error instanceof Error ? error.message : String(error));
  }
}

function fail(count: TestCount, name: string, text: string): void {
  count.failed++;
  process.stdout.write(`FAILED   ${name}\n${text.replaceAll(/^/gm, "         ")}\n`);
}

function parse(text: string): Line | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    return JSON.parse(text) as Line;
  } catch {
    return undefined;
  }
}

async function bundle(file: string): Promise<string> {
  const alias = Object.fromEntries(
    Object.entries(adapters).map(([name, path]) => [name, resolve(path)]),
  );
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    write: false,
    format: "iife",
    target: "es2022",
    platform: "neutral",
    sourcemap: "inline",
    alias,
    // XS has no `process`.
    define: { "process.env.CI": JSON.stringify(process.env.CI) ?? "undefined" },
    logLevel: "silent",
  });
  return outputFiles[0]?.text ?? "";
}
