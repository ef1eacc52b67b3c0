// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { versionText } from "../../../modules/base/version-word.ts";

test("a version word is major, minor and trivial", () => {
  assert.equal(versionText(0x1000), "1.0.0");
  assert.equal(versionText(0x1100), "1.1.0");
  assert.equal(versionText(0x2000), "2.0.0");
  assert.equal(versionText(0x2001), "2.0.1");
  assert.equal(versionText(0xffff), "15.15.255");
});
