// SPDX-License-Identifier: MIT

import { resolve } from "node:path";
import { build } from "esbuild";
import type { Program } from "../hosts/sim/node/engine/machine.ts";
import { runOnMachine } from "../hosts/sim/node/engine/run-on-machine.ts";
import { StackMap } from "../hosts/sim/node/engine/stack-map.ts";
import type { TestJob, TestReport } from "./test-jobs.ts";

/** Longest time one test file may take, ms: it bounds what hangs, also on a machine with much to do. */
const fileLimit = 600_000;

const adapters = {
  "node:test": "tests/support/xs/node-test.ts",
  "node:assert/strict": "tests/support/xs/node-assert-strict.ts",
};

/** One line of the adapter's output. */
type Line =
  | { readonly name: string; readonly ok: boolean; readonly text?: string }
  | { readonly done: number };

/** A file of unit tests on the XS engine, in a machine of its own. */
export function xsTest(file: string): TestJob {
  return { phase: "xs", name: file, run: (report) => runFile(file, report) };
}

async function runFile(file: string, report: TestReport): Promise<void> {
  let done = false;
  const onPrint = (text: string) => {
    const line = parse(text);
    if (!line) {
      if (text.startsWith("measured: ")) report.measured(text);
    } else if ("done" in line) done = true;
    else if (line.ok) report.passed();
    else report.failed(`${line.name} (${file}, XS)`, map?.translate(line.text ?? "") ?? "");
  };
  let map: StackMap | undefined;
  try {
    const { source, map: json } = await bundleXSTest(file);
    map = new StackMap(json);
    await runOnMachine({ source, onPrint, limit: fileLimit });
    if (!done) report.failed(`${file} (XS)`, "the machine stopped before the last test");
  } catch (error) {
    report.failed(`${file} (XS)`, error instanceof Error ? error.message : String(error));
  }
}

function parse(text: string): Line | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    return JSON.parse(text) as Line;
  } catch {
    return undefined;
  }
}

/** A file of tests, or of what tests need, as one script for XS. */
export async function bundleXSTest(file: string): Promise<Program> {
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
    sourcemap: "external",
    outdir: ".",
    alias,
    // XS has no `process`.
    define: { "process.env.CI": JSON.stringify(process.env.CI) ?? "undefined" },
    logLevel: "silent",
  });
  const [map, source] = [/\.map$/, /\.js$/].map(
    (ending) => outputFiles.find(({ path }) => ending.test(path))?.text,
  );
  return { source: source ?? "", map };
}
