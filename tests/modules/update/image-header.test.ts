// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import {
  decodeHeader,
  encodeHeader,
  headerLength,
  isNewer,
} from "../../../modules/update/image-header.ts";

const header = {
  length: 1_234_567_890,
  chip: 9,
  version: "1.2.3-rc.1+45678",
  board: "esp32-devkit-with-a-long-name-32",
  hash: new Uint8Array(32).fill(7),
};

test("a header has its fields where the layout says, and is read as it was written", () => {
  const bytes = encodeHeader(header);
  assert.equal(bytes.length, headerLength);
  assert.deepEqual(
    [...bytes.subarray(0, 16)],
    [0x61, 0x69, 0x72, 0x70, 0x61, 0x69, 0x72, 1, 0x49, 0x96, 0x02, 0xd2, 0, 9, 0, 0],
  );
  assert.deepEqual(decodeHeader(bytes), header);
  const short = { ...header, version: "1", board: "x" };
  assert.deepEqual(decodeHeader(encodeHeader(short)), short);
});

test("a header that says too much cannot be written", () => {
  assert.throws(() => encodeHeader({ ...header, version: "12345678901234567" }), RangeError);
  assert.throws(() => encodeHeader({ ...header, board: "x".repeat(33) }), RangeError);
});

test("what is damaged is no header", () => {
  const bytes = encodeHeader({ ...header, version: "1.2", board: "b" });
  for (const [at, value] of [
    [0, 0x62],
    [7, 2],
    [14, 1],
    [16, 0],
    [16, 0x20],
    [20, 0x31],
    [33, 0xc3],
  ] as const) {
    const changed = bytes.slice();
    changed[at] = value;
    assert.equal(decodeHeader(changed), undefined, `byte ${at}`);
  }
  assert.equal(decodeHeader(bytes.subarray(0, 95)), undefined);
});

test("versions are compared by their numbers, and what comes before a release is older", () => {
  const sorted = ["0.9", "1.0-alpha", "1.0-beta", "1.0", "1.0.1", "1.2", "1.10", "2"];
  for (const [i, a] of sorted.entries()) {
    for (const [k, b] of sorted.entries()) assert.equal(isNewer(a, b), i > k, `${a} after ${b}`);
  }
  assert.equal(isNewer("1.0.0", "1.0"), false);
});
