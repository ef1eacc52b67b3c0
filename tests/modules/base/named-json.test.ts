// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { parseNamed } from "../../../modules/base/named-json.ts";

test("the named properties of a JSON text are there on any engine", () => {
  const value = parseNamed('{"id": 7, "other": {"id": 8}}', ["id"]) as { id?: unknown };
  assert.equal(value.id, 7);
  assert.equal(parseNamed(' "text" ', []), "text");
});

test("what is not JSON has no value", () => {
  for (const text of ["", "{", "id", "{'id': 7}", '{"id": 7}}', "\u0000"]) {
    assert.equal(parseNamed(text, ["id"]), undefined, text);
  }
});
