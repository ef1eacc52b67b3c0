// SPDX-License-Identifier: MIT

import { run } from "node:test";
import type { TestCount } from "./test-count.ts";

/** Longest time one test file may take, ms. */
const fileLimit = 300_000;

/** Runs test files on Node, each in its own process; prints what failed or was skipped. */
export async function runOnNode(files: readonly string[]): Promise<TestCount> {
  const count = { passed: 0, failed: 0, skipped: 0 };
  const errors = new Map<string, string>();
  const stream = run({ files: [...files], concurrency: 2, timeout: fileLimit });
  for await (const { type, data } of stream) {
    if (type === "test:pass") {
      if (data.skip !== undefined && data.skip !== false) {
        count.skipped++;
        process.stdout.write(`skipped  ${data.name}: ${data.skip}\n`);
      } else if (!data.name.endsWith(".ts")) {
        count.passed++;
      }
    } else if (type === "test:fail") {
      count.failed++;
      const { cause } = data.details.error as Error & { cause?: unknown };
      const why = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
      const said = errors.get(data.file ?? "") ?? "";
      process.stdout.write(`FAILED   ${data.name} (${data.file})\n${indent(why + said)}\n`);
    } else if (type === "test:stderr") {
      errors.set(data.file, `${errors.get(data.file) ?? "\n"}${data.message}`);
    } else if (type === "test:stdout" && /^measured: /m.test(data.message)) {
      process.stdout.write(data.message);
    }
  }
  return count;
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, "         ");
}
