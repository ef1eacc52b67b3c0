// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { ipv4Of } from "../../../modules/base/ipv4.ts";

test("the four octets of an address make its number", () => {
  assert.equal(ipv4Of("0.0.0.0"), 0);
  assert.equal(ipv4Of("192.168.1.20"), 0xc0a80114);
  assert.equal(ipv4Of("255.255.255.255"), 0xffffffff);
});

test("what is not written as an address is none", () => {
  const wrong = "1.2.3|1.2.3.4.5|1.2.3.256|1.2.3.-1|1.2.3.04|1.2.3.4 |1.2.3.0x4|1.2.3.|1.2.3.1e1|";
  for (const text of wrong.split("|")) assert.equal(ipv4Of(text), undefined, text);
});
