// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type * as RetainedModule from "../../../hosts/esp32/retained-memory.ts";
import { RetainedLog } from "../../../modules/console/retained-log.ts";
import { importWithSDK } from "../../support/sdk-import.ts";

/** The functions in C: a range that is not in the memory throws. */
class FakeRTC {
  readonly bytes = new Uint8Array(6_208).fill(0xa5);

  readMemory = (position: number, byteLength: number) => {
    this.#check(position, byteLength);
    return this.bytes.slice(position, position + byteLength).buffer;
  };

  writeMemory = (position: number, bytes: Uint8Array) => {
    this.#check(position, bytes.length);
    this.bytes.set(bytes, position);
  };

  #check(position: number, length: number): void {
    if (position < 0 || length < 0 || position + length > this.bytes.length) throw new RangeError();
  }
}

test("the log of a run is found in the memory of the RTC, which it leaves the end of", async () => {
  const rtc = new FakeRTC();
  const { ESP32RetainedMemory } = await importWithSDK<typeof RetainedModule>(
    "hosts/esp32/retained-memory.ts",
    { "./rtc-memory.js": rtc },
  );
  for (let run = 0; run < 2; run++) {
    const log = new RetainedLog(new ESP32RetainedMemory());
    for (let i = 0; i < 100; i++) log.add(`${i} wifi ${"x".repeat(150)}`);
  }
  const { before } = new RetainedLog(new ESP32RetainedMemory());
  assert.equal(before.length, 16);
  assert.match(before[15] ?? "", /^99 wifi x+$/);
  // 16 lines of each run, all 128 bytes.
  assert.equal(rtc.bytes.subarray(0, 4_096).includes(0xa5), false);
  assert.deepEqual(new Set(rtc.bytes.subarray(4_096)), new Set([0xa5]));
});

test("what is for a sleep lies behind all that outlives a crash", async () => {
  const rtc = new FakeRTC();
  const { ESP32RetainedMemory } = await importWithSDK<typeof RetainedModule>(
    "hosts/esp32/retained-memory.ts",
    { "./rtc-memory.js": rtc },
  );
  const memory = new ESP32RetainedMemory(true);
  memory.write(memory.byteLength - 1, Uint8Array.of(7));
  assert.equal(rtc.bytes.indexOf(7), rtc.bytes.length - 1);
  memory.write(0, Uint8Array.of(8));
  assert.equal(rtc.bytes.indexOf(8), new ESP32RetainedMemory().byteLength);
  assert.deepEqual(new Uint8Array(memory.read(0, 1)), Uint8Array.of(8));
  assert.throws(() => memory.write(memory.byteLength, Uint8Array.of(7)), RangeError);
});
