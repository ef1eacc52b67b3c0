// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import {
  decodeBaselineRecord,
  encodeBaselineRecord,
} from "../../../modules/air-quality/baseline-record.ts";
import { seededRandom } from "../../support/random.ts";

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

const example = {
  baseline: Uint8Array.of(0xa5, 0x5a),
  writes: 7,
  minutes: 4_321,
  time: 1_700_000_000_000,
};

test("a record comes back as it was stored, the time to the second", () => {
  const random = seededRandom(4);
  const upTo = (most: number) => Math.floor(random() * most);
  for (let i = 0; i < 200; i++) {
    const record = {
      baseline: random() < 0.2 ? undefined : Uint8Array.of(upTo(256), upTo(256)),
      writes: upTo(0x1_0000_0000),
      minutes: upTo(0x1_0000_0000),
      time: random() < 0.2 ? undefined : 1_000 * (1 + upTo(0xffff_ffff)),
    };
    assert.deepEqual(decodeBaselineRecord(bufferOf(encodeBaselineRecord(record))), record);
  }
});

test("a record with any one bit turned over is none", () => {
  const bytes = encodeBaselineRecord(example);
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const broken = new Uint8Array(bytes);
    broken[bit >> 3] = (broken[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.equal(decodeBaselineRecord(bufferOf(broken)), undefined, `bit ${bit}`);
  }
});

test("a record that was cut off, or that goes on, is none", () => {
  const bytes = encodeBaselineRecord(example);
  for (let length = 0; length < bytes.length; length++) {
    assert.equal(decodeBaselineRecord(bufferOf(bytes.subarray(0, length))), undefined);
  }
  assert.equal(decodeBaselineRecord(bufferOf(Uint8Array.of(...bytes, 0))), undefined);
  assert.equal(decodeBaselineRecord(bufferOf(new Uint8Array(bytes.length))), undefined);
  assert.equal(decodeBaselineRecord(bufferOf(new Uint8Array(bytes.length).fill(255))), undefined);
});
