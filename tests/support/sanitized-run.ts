// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");

/** The sanitizers' library, which has to be loaded before Node. */
function librarySearch(name: string): string {
  return execFileSync(process.env.CC ?? "cc", [`-print-file-name=${name}`], {
    encoding: "utf8",
  }).trim();
}

function run(file: string): Promise<[number, string]> {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawn(process.execPath, ["--import", "tsx", file], {
    cwd: root,
    env: {
      ...env,
      LD_PRELOAD: `${librarySearch("libasan.so")} ${librarySearch("libubsan.so")}`,
      MBEDTLS_SANITIZED: "1",
      // Node keeps memory until its end; of ours nothing may be left. Only the innermost callers
      // are looked at, so that what Node called is not taken for Node's.
      ASAN_OPTIONS: "detect_leaks=1:malloc_context_size=5:fast_unwind_on_malloc=0",
      LSAN_OPTIONS: `suppressions=${join(root, "tests/support/node-leaks.txt")}:print_suppressions=0`,
    },
  });
  return new Promise((done) => {
    let output = "";
    child.stdout.on("data", (bytes: Buffer) => {
      output += bytes.toString();
    });
    child.stderr.on("data", (bytes: Buffer) => {
      output += bytes.toString();
    });
    child.on("exit", (code) => done([code ?? -1, output]));
  });
}

/**
 * Runs a file of tests once more, with address, leak and undefined-behaviour sanitizers in the code that
 * `loadAddon` compiles; fails when they find something, or a test fails.
 */
export async function assertSanitized(file: string): Promise<void> {
  const [code, output] = await run(file);
  assert.doesNotMatch(output, /AddressSanitizer|LeakSanitizer|runtime error/);
  assert.equal(code, 0, output.slice(-2_000));
}
