// SPDX-License-Identifier: MIT

// npm test [check|node|xs|footprint …] [-- test files]: without names, everything. Ends with a line
// "N passed, N failed"; the exit code is 0 only when nothing failed, and in CI nothing was skipped.

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { runOnNode } from "./node-tests.ts";
import type { TestCount } from "./test-count.ts";
import { runOnXs } from "./xs-tests.ts";

/** Commands that must end with 0: each counts as one test. */
const checks = {
  check: [
    ["types of the firmware", ["npx", "tsc", "-p", "."]],
    ["types of tests and tools", ["npx", "tsc", "-p", "tests"]],
    ["lint and format", ["npx", "biome", "check", "--error-on-warnings", "."]],
    ["README.md is up to date", ["node", "--import", "tsx", "tools/readme.ts", "--check"]],
    ["manifest.json is up to date", ["node", "--import", "tsx", "tools/manifest.ts", "--check"]],
  ],
  footprint: [["the firmware fits", ["npm", "run", "--silent", "footprint"]]],
} as const;

function runChecks(phase: keyof typeof checks): TestCount {
  const count = { passed: 0, failed: 0, skipped: 0 };
  for (const [name, [command, ...args]] of checks[phase]) {
    const result = spawnSync(command, args, { encoding: "utf8" });
    if (result.status === 0) {
      count.passed++;
      if (phase === "footprint") process.stdout.write(result.stdout);
    } else {
      count.failed++;
      process.stdout.write(`FAILED   ${name}\n${result.stdout}${result.stderr}\n`);
    }
  }
  return count;
}

function listTests(): string[] {
  return readdirSync("tests", { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".test.ts"))
    .map((path) => join("tests", path))
    .sort();
}

async function runPhase(phase: string, files: readonly string[]): Promise<TestCount> {
  if (phase === "node") return await runOnNode(files);
  if (phase === "xs") return await runOnXs(files.filter((file) => !file.endsWith(".node.test.ts")));
  return runChecks(phase as keyof typeof checks);
}

const phases = ["check", "node", "xs", "footprint"];
const args = process.argv.slice(2);
const wanted = args.filter((arg) => phases.includes(arg));
const named = args.filter((arg) => !phases.includes(arg));
const unknown = named.filter((file) => !existsSync(file));
if (unknown.length > 0) {
  process.stderr.write(`no such test file: ${unknown.join(", ")}\n`);
  process.exit(2);
}
const files = named.length > 0 ? named : listTests();
const total = { passed: 0, failed: 0, skipped: 0 };
for (const phase of wanted.length > 0 ? wanted : phases) {
  const start = performance.now();
  const count = await runPhase(phase, files);
  total.passed += count.passed;
  total.failed += count.failed;
  total.skipped += count.skipped;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stdout.write(
    `${phase.padEnd(9)} ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped  (${seconds} s)\n`,
  );
}
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
process.stdout.write(`${total.passed} passed, ${total.failed} failed${skipped}\n`);
if (total.failed > 0 || (process.env.CI !== undefined && total.skipped > 0)) process.exitCode = 1;
