// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { call, compileNative, set } from "../../support/native-code.ts";

const length = 6_208;
const run = await compileNative("hosts/esp32/rtc-memory.c");
const read = (position: number, count: number) => call("xs_rtc_memory_read", position, count);
const write = (position: number, ...bytes: number[]) =>
  call("xs_rtc_memory_write", position, Uint8Array.from(bytes));
const refused = { calls: [], thrown: "RangeError: out of the memory" };

test("the memory of the RTC gives back what was written, up to its last byte", () => {
  const outcomes = run(
    write(0, 1, 2, 3),
    write(length - 1, 9),
    read(0, 4),
    read(length - 2, 2),
    read(0, length),
    read(length, 0),
    write(length),
  );
  const results = outcomes.map(({ result }) => result);
  assert.deepEqual(results.slice(2, 4), ["01020355", "5509"]);
  assert.equal(String(results[4]).length, 2 * length);
  assert.deepEqual(outcomes.slice(5), [{ calls: [], result: "" }, { calls: [] }]);
});

test("a place outside the memory is refused, and nothing is written there", () => {
  const steps = [
    read(-1, 1),
    read(0, length + 1),
    read(length, 1),
    read(0, -1),
    read(1, length),
    read(2 ** 31 - 1, 1),
    read(1, 2 ** 31 - 1),
    write(length, 1),
    write(-1, 1),
    write(length - 1, 1, 2),
  ];
  for (const [index, outcome] of run(...steps).entries()) {
    assert.deepEqual(outcome, refused, steps[index]);
  }
  const [, , reason] = run(write(length - 1, 1, 2), set("reason", 3), call("xs_rtc_reset_reason"));
  assert.equal(reason?.result, 100);
});

test("a restart that was wanted is told apart from one of the engine, once", () => {
  const reason = call("xs_rtc_reset_reason");
  const [, first, wanted, after, again] = run(
    set("reason", 3),
    reason,
    call("xs_rtc_restart"),
    reason,
    reason,
  );
  assert.equal(first?.result, 100);
  assert.equal(wanted?.thrown, "restart: ");
  assert.equal(after?.result, 3);
  assert.equal(again?.result, 100);
  assert.equal(run(set("reason", 1), reason)[1]?.result, 1);
});
