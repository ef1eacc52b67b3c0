// SPDX-License-Identifier: MIT

// Stands in for `node:test` when a test file is bundled for XS: the same `test(name, fn)`, results
// as one JSON object per line on the machine's output.

declare function print(text: string): void;

type Body = () => void | Promise<void>;

const tests: { readonly name: string; readonly body: Body }[] = [];

/** Registers a test; they run in order after the file has been loaded. */
export default function test(name: string, body: Body): void {
  tests.push({ name, body });
}

async function run(): Promise<void> {
  for (const { name, body } of tests) {
    try {
      await body();
      print(JSON.stringify({ name, ok: true }));
    } catch (error) {
      const text =
        error instanceof Error ? `${error.message}\n${error.stack ?? ""}` : String(error);
      print(JSON.stringify({ name, ok: false, text }));
    }
  }
  print(JSON.stringify({ done: tests.length }));
}

// After the file's own top level, which registers the tests.
Promise.resolve().then(run);
