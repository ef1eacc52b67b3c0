// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { BaselineStore } from "../../../modules/air-quality/baseline-store.ts";
import { MemoryKeyValue } from "../../support/memory-key-value.ts";
import { seededRandom } from "../../support/random.ts";

const key = Object.freeze({ mode: 1, version: 0x2000 });

function contentOf(n: number) {
  return { baseline: Uint8Array.of(n >> 8, n & 255), minutes: n, time: 1_000 * (n + 1) };
}

/** Flash that the power leaves in the middle of a write: the new bytes up to some place. */
class TornStore extends MemoryKeyValue {
  tearAt = Number.POSITIVE_INFINITY;
  random = seededRandom(1);

  override write(key: string, value: Uint8Array): void {
    if (this.writes < this.tearAt) {
      super.write(key, value);
      return;
    }
    const torn = new Uint8Array(this.read(key) ?? new ArrayBuffer(value.length));
    torn.set(value.subarray(0, Math.floor(this.random() * value.length)));
    super.write(key, torn);
    throw new Error("no power");
  }
}

test("the newest record is read, and each write counts on", () => {
  const store = new BaselineStore(new MemoryKeyValue());
  assert.equal(store.read(key), undefined);
  for (let n = 1; n <= 5; n++) {
    assert.equal(store.write(key, contentOf(n)).writes, n);
    assert.deepEqual(store.read(key), { ...contentOf(n), writes: n });
  }
});

test("each mode and each firmware has its own", () => {
  const domain = new MemoryKeyValue();
  const store = new BaselineStore(domain);
  const keys = [1, 2, 3].flatMap((mode) => [0x1100, 0x2000].map((version) => ({ mode, version })));
  keys.forEach((each, n) => {
    store.write(each, contentOf(n + 1));
  });
  keys.forEach((each, n) => {
    assert.deepEqual(store.read(each)?.baseline, contentOf(n + 1).baseline);
  });
  assert.equal(store.read({ mode: 1, version: 0x2001 }), undefined);
});

test("a write that the power cuts short leaves the record before it, for every place of the cut", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const domain = new TornStore();
    domain.random = seededRandom(seed);
    const before = 1 + (seed % 4);
    domain.tearAt = before;
    const store = new BaselineStore(domain);
    for (let n = 1; n <= before; n++) store.write(key, contentOf(n));
    assert.throws(() => store.write(key, contentOf(99)), /power/);
    const found = new BaselineStore(domain).read(key);
    assert.deepEqual(found, { ...contentOf(before), writes: before }, `seed ${seed}`);
    domain.tearAt = Number.POSITIVE_INFINITY;
    new BaselineStore(domain).write(key, contentOf(100));
    assert.deepEqual(store.read(key)?.baseline, contentOf(100).baseline);
  }
});

test("forgetting leaves no baseline of any mode, and the counts go on", () => {
  const domain = new MemoryKeyValue();
  const store = new BaselineStore(domain);
  const other = { mode: 3, version: 0x1100 };
  store.write(key, contentOf(1));
  store.write(key, contentOf(2));
  store.write(other, contentOf(3));
  domain.write("another", Uint8Array.of(1));
  assert.equal(store.forget(), 2);
  for (const each of [key, other]) assert.equal(store.read(each)?.baseline, undefined);
  assert.equal(store.write(key, contentOf(4)).writes, 4);
  assert.deepEqual([...new Uint8Array(domain.read("another") ?? new ArrayBuffer(0))], [1]);
});

test("keys fit the ESP32's storage", () => {
  const domain = new MemoryKeyValue();
  new BaselineStore(domain).write({ mode: 4, version: 0xffff }, contentOf(1));
  for (const name of domain) assert.ok(name.length <= 15, name);
});
