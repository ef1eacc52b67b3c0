// SPDX-License-Identifier: MIT

import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { run } from "node:test";
import { build, type Plugin } from "esbuild";
import { addressNames, withAddress } from "./program-bundle.mjs";
import type { TestJob, TestReport } from "./test-jobs.ts";

/** Longest time one test file may take, ms: it bounds what hangs, also on a machine with much to do. */
const fileLimit = 600_000;
/** Inside the project, so that packages are found from there; runs at the same time have their own. */
const folder = resolve("build/tests", `node-${process.pid}`);

// What the processes of tests are started with: no loader, and stacks that name lines of TypeScript.
process.execArgv = ["--enable-source-maps"];
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

/** A test file on Node, in a process of its own. */
export function nodeTest(file: string): TestJob {
  return { phase: "node", name: file, run: (report) => runFile(file, report) };
}

async function runFile(file: string, report: TestReport): Promise<void> {
  let errors = "\n";
  const bundle = join(folder, file.replace(/\.ts$/, ".mjs"));
  try {
    await bundleTest(file, bundle);
  } catch (error) {
    report.failed(file, error instanceof Error ? error.message : String(error));
    return;
  }
  const stream = run({ files: [bundle], timeout: fileLimit });
  for await (const { type, data } of stream) {
    if (type === "test:pass") {
      if (data.skip !== undefined && data.skip !== false) {
        report.skipped(`${data.name} (${file})`, String(data.skip));
      } else if (!data.name.endsWith(".mjs")) {
        report.passed();
      }
    } else if (type === "test:fail") {
      report.failed(`${data.name} (${file})`, whyFailed(data.details.error) + errors);
    } else if (type === "test:stderr") {
      errors += data.message;
    } else if (type === "test:stdout" && /^measured: /m.test(data.message)) {
      report.measured(data.message);
    }
  }
  rmSync(bundle, { force: true });
  rmSync(`${bundle}.map`, { force: true });
}

/** One file that Node loads at once: translating a test's sources one by one takes longer than most run. */
async function bundleTest(file: string, bundle: string): Promise<void> {
  mkdirSync(dirname(bundle), { recursive: true });
  await build({
    entryPoints: [file],
    outfile: bundle,
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "node",
    target: "node20",
    sourcemap: true,
    sourcesContent: false,
    plugins: [sourceAddresses],
    define: addressNames,
    logLevel: "silent",
  });
}

/** Each source keeps the address that it has without the bundle. */
const sourceAddresses: Plugin = {
  name: "source addresses",
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.(ts|mjs)$/ }, ({ path }) => {
      return { contents: withAddress(readFileSync(path, "utf8"), path), loader: "default" };
    });
  },
};

/** The cause, as text. One with functions in it arrives from the test's process as an empty object. */
export function whyFailed(error: Error & { cause?: unknown }): string {
  const { cause } = error;
  if (cause instanceof Error) return cause.stack ?? cause.message;
  return typeof cause === "object" || cause === undefined ? error.message : String(cause);
}
