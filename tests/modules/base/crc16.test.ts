// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { crc16 } from "../../../modules/base/crc16.ts";

test("the checksum has the check value of CRC-16/CCITT-FALSE, wherever the bytes stand", () => {
  const bytes = new TextEncoder().encode("123456789");
  assert.equal(crc16(bytes, 0, 9), 0x29b1);
  assert.equal(crc16(new Uint8Array([7, ...bytes, 7]), 1, 10), 0x29b1);
  assert.equal(crc16(bytes, 3, 3), 0xffff);
});
