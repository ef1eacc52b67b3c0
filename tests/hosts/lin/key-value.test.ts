// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { MemoryStorage } from "../../../hosts/lin/key-value.ts";

const path = { path: "settings", format: "buffer" } as const;

test("keeps copies, by domain, until they are deleted", () => {
  const storage = new MemoryStorage();
  const value = Uint8Array.of(1, 2);
  storage.open(path).write("key", value);
  value[0] = 9;
  const domain = storage.open(path);
  assert.deepEqual(new Uint8Array(domain.read("key") ?? new ArrayBuffer(0)), Uint8Array.of(1, 2));
  new Uint8Array(domain.read("key") ?? new ArrayBuffer(0))[0] = 9;
  assert.deepEqual(new Uint8Array(domain.read("key") ?? new ArrayBuffer(0)), Uint8Array.of(1, 2));
  assert.equal(storage.open({ path: "other", format: "buffer" }).read("key"), undefined);
  assert.deepEqual([...domain], ["key"]);
  domain.delete("key");
  assert.equal(domain.read("key"), undefined);
});

test("refuses names that a board's storage would refuse", () => {
  const storage = new MemoryStorage();
  assert.throws(() => storage.open({ path: "x".repeat(16), format: "buffer" }), RangeError);
  const domain = storage.open({ path: "x".repeat(15), format: "buffer" });
  assert.throws(() => domain.write("k".repeat(16), Uint8Array.of(1)), RangeError);
  assert.throws(() => domain.read(""), RangeError);
});
