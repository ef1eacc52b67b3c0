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
      const { cause } = data.details.error as Error & { cause?: unknown };
      const why = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
      report.failed(`${data.name} (${file})`, why + errors);
    } else if (type === "test:stderr") {
      errors += data.message;
    } else if (type === "test:stdout" && /^measured: /m.test(data.message)) {
      report.measured(data.message);
    }
  }
}
