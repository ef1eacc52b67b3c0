// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { checksumOf } from "../../../drivers/sht3x/checksum.ts";

test("the checksum is the one of the datasheet's example, wherever the word lies", () => {
  assert.equal(checksumOf(Uint8Array.of(0xbe, 0xef), 0), 0x92);
  assert.equal(checksumOf(Uint8Array.of(0x12, 0x34, 0x56, 0xbe, 0xef, 0x92), 3), 0x92);
});

test("any one or two damaged bits of a word change its checksum", () => {
  const bits = 16;
  for (let first = 0; first < bits; first++) {
    for (let second = first; second < bits; second++) {
      const damage = (1 << first) | (first === second ? 0 : 1 << second);
      const word = 0xbeef ^ damage;
      assert.ok(checksumOf(Uint8Array.of(word >> 8, word & 0xff), 0) !== 0x92);
    }
  }
});
