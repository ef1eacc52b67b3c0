// SPDX-License-Identifier: MIT

import { run } from "node:test";
import type { TestJob, TestReport } from "./test-jobs.ts";

/** Longest time one test file may take, ms: it bounds what hangs, also on a machine with much to do. */
const fileLimit = 600_000;

/** A test file on Node, in a process of its own. */
export function nodeTest(file: string): TestJob {
  return { phase: "node", name: file, run: (report) => runFile(file, report) };
}

async function runFile(file: string, report: TestReport): Promise<void> {
  let errors = "\n";
  const stream = run({ files: [file], timeout: fileLimit });
  for await (const { type, data } of stream) {
    if (type === "test:pass") {
      if (data.skip !== undefined && data.skip !== false) {
        report.skipped(`${data.name} (${file})`, String(data.skip));
      } else if (!data.name.endsWith(".ts")) {
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
}

/** The cause, as text. One with functions in it arrives from the test's process as an empty object. */
export function whyFailed(error: Error & { cause?: unknown }): string {
  const { cause } = error;
  if (cause instanceof Error) return cause.stack ?? cause.message;
  return typeof cause === "object" || cause === undefined ? error.message : String(cause);
}
