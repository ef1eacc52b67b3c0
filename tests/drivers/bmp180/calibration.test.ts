// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { decodeCalibration } from "../../../drivers/bmp180/calibration.ts";
import { bytesOf } from "../../support/hex.ts";
import { exampleCalibration } from "./datasheet-example.ts";

/** The datasheet's example as it lies in 0xAA–0xBF. */
const block = "01 98 FF B8 C7 D1 7F E5 7F F5 5A 71 18 2E 00 04 80 00 DD F9 0B 34";

test("the words are big endian; AC4, AC5 and AC6 have no sign", () => {
  assert.deepEqual(decodeCalibration(bytesOf(block)), exampleCalibration);
  const high = bytesOf(block);
  high.fill(0xfe, 6, 12);
  const { AC4, AC5, AC6 } = decodeCalibration(high) ?? {};
  assert.deepEqual([AC4, AC5, AC6], [0xfefe, 0xfefe, 0xfefe]);
});

test("a word of zeros or ones means that the block was not read well", () => {
  for (let offset = 0; offset < 22; offset += 2) {
    for (const value of [0x00, 0xff]) {
      assert.equal(decodeCalibration(bytesOf(block).fill(value, offset, offset + 2)), undefined);
    }
  }
});
