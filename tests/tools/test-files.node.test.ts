// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { testsAt, testsIn } from "../../tools/test-files.ts";

test("a folder of tests means the files in it and below it, a file means itself", () => {
  const file = "tests/modules/cloud/platform.test.ts";
  const folder = testsAt("tests/modules/cloud/");
  assert.ok(folder.includes(file) && folder.every((path) => path.endsWith(".test.ts")));
  assert.ok(folder.some((path) => path.startsWith("tests/modules/cloud/profiles/")));
  assert.deepEqual(testsAt(`./${file}`), [file]);
  assert.ok(testsIn("tests").includes(file));
});

test("what is no test, or has none, is told", () => {
  assert.throws(
    () => testsAt("tests/nothing.test.ts"),
    /no such test file: tests\/nothing.test.ts/,
  );
  assert.throws(() => testsAt("README.md"), /no test in README.md; their names end in .test.ts/);
  assert.throws(() => testsAt("docs"), /no test in docs/);
});
