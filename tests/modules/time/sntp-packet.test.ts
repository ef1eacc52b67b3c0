// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { readSntpReply, writeSntpRequest } from "../../../modules/time/sntp-packet.ts";
import { bytesOf, hexOf } from "../../support/hex.ts";

const nonce = [0x01020304, 0xa0b0c0d0] as const;

/** A good reply for 2026-11-24T08:00:00.500Z. */
function reply(): Uint8Array {
  const bytes = new Uint8Array(48);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 0x24);
  view.setUint8(1, 2);
  view.setUint32(24, nonce[0]);
  view.setUint32(28, nonce[1]);
  view.setUint32(40, Date.UTC(2026, 10, 24, 8) / 1000 + 2_208_988_800);
  view.setUint32(44, 0x80000000);
  return bytes;
}

test("a request has version 4, client mode and the nonce as transmit timestamp", () => {
  const buffer = new Uint8Array(48).fill(0xff);
  writeSntpRequest(buffer, nonce);
  const expected = `23 ${"00 ".repeat(39)}01 02 03 04 A0 B0 C0 D0`;
  assert.equal(hexOf(buffer), hexOf(bytesOf(expected)));
});

test("a good reply gives the time with its fraction", () => {
  assert.deepEqual(readSntpReply(reply(), nonce), { time: Date.UTC(2026, 10, 24, 8, 0, 0, 500) });
});

test("a reply after the count has started again in 2036 is understood", () => {
  const bytes = reply();
  new DataView(bytes.buffer).setUint32(40, 10);
  const seconds = 4_294_967_296 + 10 - 2_208_988_800;
  assert.deepEqual(readSntpReply(bytes, nonce), { time: seconds * 1000 + 500 });
});

test("a reply that must not be believed is refused with the reason", () => {
  const cases: [string, (view: DataView) => void, RegExp][] = [
    ["client mode", (view) => view.setUint8(0, 0x23), /mode 3/],
    ["other nonce", (view) => view.setUint32(28, 7), /not asked/],
    ["kiss of death", (view) => view.setUint8(1, 0), /stay away/],
    ["unsynchronised", (view) => view.setUint8(1, 16), /not set/],
    ["leap alarm", (view) => view.setUint8(0, 0xe4), /not set/],
    ["no time", (view) => view.setUint32(40, 0), /without a time/],
  ];
  for (const [name, spoil, why] of cases) {
    const bytes = reply();
    spoil(new DataView(bytes.buffer));
    const result = readSntpReply(bytes, nonce);
    assert.match("refused" in result ? result.refused : "accepted", why, name);
  }
  assert.deepEqual(readSntpReply(reply().subarray(0, 47), nonce), { refused: "reply of 47 bytes" });
});
