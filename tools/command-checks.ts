// SPDX-License-Identifier: MIT

import { spawn } from "node:child_process";
import { once } from "node:events";
import type { TestJob, TestReport } from "./test-jobs.ts";

/** A command that must end with 0. */
type Check = readonly [name: string, command: readonly [string, ...string[]]];

const checks: readonly Check[] = [
  ["types of the firmware", ["npx", "tsc", "-p", "."]],
  ["types of tests and tools", ["npx", "tsc", "-p", "tests"]],
  ["types of the page", ["npx", "tsc", "-p", "page/client"]],
  ["lint and format", ["npx", "biome", "check", "--error-on-warnings", "."]],
  [
    "tables of the documents are up to date",
    ["node", "--import", "tsx", "tools/readme.ts", "--check"],
  ],
  ["manifest.json is up to date", ["node", "--import", "tsx", "tools/manifest.ts", "--check"]],
];

/** What takes no test: types, lint, and generated files. */
export const checkJobs: readonly TestJob[] = checks.map(([name, command]) => ({
  phase: "check",
  name,
  run: async (report) => {
    await runCommand(name, command, report);
  },
}));

/** The firmware on the heap of a board; prints what it has measured. */
export const footprintJob: TestJob = {
  phase: "footprint",
  name: "the firmware fits",
  run: async (report) => {
    const command = ["node", "--import", "tsx", "tools/footprint.ts"] as const;
    const printed = await runCommand("the firmware fits", command, report);
    if (printed !== undefined) report.measured(printed);
  },
};

/** What the command has printed when it has passed. */
async function runCommand(
  name: string,
  [command, ...args]: readonly [string, ...string[]],
  report: TestReport,
): Promise<string | undefined> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  try {
    const [status] = (await once(child, "close")) as [number | null];
    if (status === 0) {
      report.passed();
      return output;
    }
    report.failed(name, output + errors);
  } catch (error) {
    report.failed(name, String(error));
  }
  return undefined;
}
