// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import {
  decodeGasMemory,
  encodeGasMemory,
  type GasMemory,
  gasMemoryLength,
} from "../../../modules/air-quality/gas-memory.ts";
import { seededRandom } from "../../support/random.ts";

const memory: GasMemory = { measuredFor: 7_200_000, fastest: 3, restedFor: 0, hasBaseline: true };

function kept(value: GasMemory): ArrayBuffer {
  return encodeGasMemory(value).slice().buffer;
}

test("what was kept is there again, in whole seconds", () => {
  assert.deepEqual(decodeGasMemory(kept(memory)), memory);
  const resting = { measuredFor: 0, fastest: 1, restedFor: 299_999, hasBaseline: false };
  assert.deepEqual(decodeGasMemory(kept(resting)), { ...resting, restedFor: 299_000 });
});

test("very long times end at the most that there is room for", () => {
  const old = { ...memory, measuredFor: 1e15, restedFor: 1e12 };
  assert.deepEqual(decodeGasMemory(kept(old)), {
    ...memory,
    measuredFor: 1_000 * 0xffff_ffff,
    restedFor: 1_000 * 0xffff,
  });
});

test("a torn record, and what is there after a power cut, are none", () => {
  const whole = encodeGasMemory(memory);
  const other = encodeGasMemory({ ...memory, measuredFor: 60_000, fastest: 1 });
  for (let cut = 1; cut < gasMemoryLength; cut++) {
    const torn = whole.slice();
    torn.set(other.subarray(0, cut));
    const found = decodeGasMemory(torn.buffer);
    // A cut between bytes that are the same tears nothing.
    const isWhole = [whole, other].some((each) => each.every((byte, i) => byte === torn[i]));
    assert.equal(found !== undefined, isWhole, `${cut}`);
  }
  const random = seededRandom(1);
  let found = 0;
  for (let i = 0; i < 5_000; i++) {
    const noise = Uint8Array.from({ length: gasMemoryLength }, () => 256 * random());
    if (decodeGasMemory(noise.buffer)) found++;
  }
  assert.equal(found, 0);
  for (const byte of [0x00, 0x55, 0xff]) {
    assert.equal(decodeGasMemory(new Uint8Array(gasMemoryLength).fill(byte).buffer), undefined);
  }
});
