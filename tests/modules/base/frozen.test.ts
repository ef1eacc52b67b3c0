// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { frozen } from "../../../modules/base/frozen.ts";

test("a frozen table is frozen at every depth, and holds what it held", () => {
  const table = frozen({ row: { choices: ["a", "b"], least: 1 }, none: null, text: "x" });
  assert.ok(Object.isFrozen(table));
  assert.ok(Object.isFrozen(table.row));
  assert.ok(Object.isFrozen(table.row.choices));
  assert.deepEqual(table, { row: { choices: ["a", "b"], least: 1 }, none: null, text: "x" });
});
