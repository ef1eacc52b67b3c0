// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { readSntpReply, writeSntpRequest } from "../../../modules/time/sntp-packet.ts";
import { bytesOf, hexOf } from "../../support/hex.ts";
import { seededRandom } from "../../support/random.ts";

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

test("any bytes are survived, and without the nonce they are no answer", () => {
  const random = seededRandom(1);
  for (let round = 0; round < 2_000; round++) {
    const bytes = Uint8Array.from({ length: Math.floor(random() * 80) }, () => random() * 256);
    assert.equal(readSntpReply(bytes, nonce), "other");
    if (bytes.length < 48) continue;
    const view = new DataView(bytes.buffer);
    view.setUint32(24, nonce[0]);
    view.setUint32(28, nonce[1]);
    assert.equal(typeof readSntpReply(bytes, nonce), "object");
  }
});

test("a reply after the count has started again in 2036 is understood", () => {
  const bytes = reply();
  new DataView(bytes.buffer).setUint32(40, 10);
  const seconds = 4_294_967_296 + 10 - 2_208_988_800;
  assert.deepEqual(readSntpReply(bytes, nonce), { time: seconds * 1000 + 500 });
});

test("what does not answer the question is no answer, not a bad one", () => {
  for (const at of [24, 28]) {
    const bytes = reply();
    new DataView(bytes.buffer).setUint32(at, 7);
    assert.equal(readSntpReply(bytes, nonce), "other");
  }
  assert.equal(readSntpReply(reply().subarray(0, 47), nonce), "other");
  assert.equal(readSntpReply(new Uint8Array(0), nonce), "other");
});

test("a kiss-o'-death is refused with its letters", () => {
  for (const [letters, told] of [
    ["RATE", "RATE"],
    ["DENY", "DENY"],
    ["\x00\x1bA\xff", "??A?"],
  ] as const) {
    const bytes = reply();
    bytes[1] = 0;
    for (let i = 0; i < 4; i++) bytes[12 + i] = letters.charCodeAt(i);
    const refused = `the server asks to stay away (kiss-o'-death ${told})`;
    assert.deepEqual(readSntpReply(bytes, nonce), { refused, kiss: told });
  }
});

test("a reply that must not be believed is refused with the reason", () => {
  const cases: [string, (view: DataView) => void, RegExp][] = [
    ["client mode", (view) => view.setUint8(0, 0x23), /mode 3/],
    ["broadcast", (view) => view.setUint8(0, 0x25), /mode 5/],
    ["version 0", (view) => view.setUint8(0, 0x04), /version 0/],
    ["version 5", (view) => view.setUint8(0, 0x2c), /version 5/],
    ["unsynchronised", (view) => view.setUint8(1, 16), /not set/],
    ["leap alarm", (view) => view.setUint8(0, 0xe4), /not set/],
    ["no time", (view) => view.setUint32(40, 0), /without a time/],
  ];
  for (const [name, spoil, why] of cases) {
    const bytes = reply();
    spoil(new DataView(bytes.buffer));
    const result = readSntpReply(bytes, nonce);
    const told = typeof result === "object" && "refused" in result ? result.refused : "accepted";
    assert.match(told, why, name);
  }
});
