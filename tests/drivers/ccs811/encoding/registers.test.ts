// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import {
  isPossibleStatus,
  softwareResetKey,
} from "../../../../drivers/ccs811/encoding/registers.ts";

test("every documented status is possible", () => {
  for (const status of [0x10, 0x00, 0x20, 0x40, 0x30, 0x90, 0x98, 0x91, 0x99]) {
    assert.equal(isPossibleStatus(status), true, status.toString(16));
  }
});

test("reserved bits, and boot loader bits in the application, are noise", () => {
  for (const status of [0xff, 0x02, 0x04, 0x96, 0xd0, 0xb0, 0xf0]) {
    assert.equal(isPossibleStatus(status), false, status.toString(16));
  }
});

test("the key against accidental resets is the datasheet's", () => {
  assert.equal(softwareResetKey.toString(16), "11e5728a");
});
