// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { parseAction } from "../../../../hosts/sim/node/simulation-report.ts";

test("each action is understood", () => {
  for (const kind of ["window", "sensor", "access-point", "power"]) {
    const action = { kind, board: "board-a", value: true };
    assert.deepEqual(parseAction(action), action);
  }
  const people = { kind: "people", board: "board-a", value: 30 };
  assert.deepEqual(parseAction(people), people);
  for (const kind of ["pair", "unpair"]) {
    const action = { kind, board: "board-a", value: "board-b" };
    assert.deepEqual(parseAction(action), action);
  }
  assert.deepEqual(parseAction({ kind: "broker", value: false }), { kind: "broker", value: false });
});

test("what is no action is told so in words, and nothing else comes through", () => {
  const wrong: unknown[] = [
    undefined,
    null,
    7,
    "power",
    [],
    {},
    { kind: "__proto__", board: "a", value: true },
    { kind: "power", value: true },
    { kind: "power", board: 7, value: true },
    { kind: "power", board: "a", value: "on" },
    { kind: "broker", value: 1 },
    { kind: "pair", board: "a", value: true },
    { kind: "pair", board: "a", value: "" },
    { kind: "unpair", value: "b" },
    { kind: "unpair", board: "a", value: "b\nset wifi.password hunter22" },
    { kind: "unpair", board: "a", value: "b c" },
    { kind: "pair", board: "a", value: "x".repeat(33) },
    { kind: "people", board: "a", value: 31 },
    { kind: "people", board: "a", value: -1 },
    { kind: "people", board: "a", value: 1.5 },
    { kind: "people", board: "a", value: Number.NaN },
  ];
  for (const value of wrong) assert.equal(typeof parseAction(value), "string", String(value));
  const more = { kind: "power", board: "a", value: true, extra: 1 };
  assert.deepEqual(parseAction(more), { kind: "power", board: "a", value: true });
});
