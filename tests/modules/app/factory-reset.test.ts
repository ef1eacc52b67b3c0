// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { eraseParts, finishFactoryReset } from "../../../modules/app/factory-reset.ts";
import { MemoryKeyValue } from "../../support/memory-key-value.ts";

function build() {
  const domains = new Map<string, MemoryKeyValue>();
  const domain = (path: string) => {
    const found = domains.get(path) ?? new MemoryKeyValue();
    domains.set(path, found);
    return found;
  };
  const storage = { open: ({ path }: { readonly path: string }) => domain(path) };
  for (const path of ["mqtt", "wifi", "baseline", "pairing"])
    domain(path).write("key", new Uint8Array([1]));
  const left = () =>
    ["mqtt", "wifi", "baseline", "pairing"].filter((path) => [...domain(path)].length > 0);
  return { domain, storage, left };
}

test("a factory reset deletes what the parts have stored, also what they store until the next start", () => {
  const { domain, storage, left } = build();
  const settings = domain("airpair");
  assert.equal(finishFactoryReset(storage, settings), undefined);
  assert.deepEqual(left(), ["mqtt", "wifi", "baseline", "pairing"], "nobody has asked for one");
  eraseParts(storage);
  assert.deepEqual(left(), []);
  domain("mqtt").write("journal", new Uint8Array([2]));
  assert.equal(finishFactoryReset(storage, settings), undefined);
  assert.deepEqual(left(), []);
  domain("mqtt").write("journal", new Uint8Array([3]));
  assert.equal(finishFactoryReset(storage, settings), undefined);
  assert.deepEqual(left(), ["mqtt"], "it is over");
});

test("a factory reset that the storage refuses is told, and done at a later start", () => {
  const { domain, storage, left } = build();
  const settings = domain("airpair");
  domain("mqtt").failAt = 0;
  assert.throws(() => eraseParts(storage), /store is broken/);
  assert.match(finishFactoryReset(storage, settings) ?? "", /not complete: store is broken/);
  domain("mqtt").failAt = undefined;
  assert.equal(finishFactoryReset(storage, settings), undefined);
  assert.deepEqual(left(), []);
});
