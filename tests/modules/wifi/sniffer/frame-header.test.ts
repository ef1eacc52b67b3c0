// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import {
  formatMAC,
  frameKindOf,
  transmitterOf,
} from "../../../../modules/wifi/sniffer/frame-header.ts";
import { seededRandom } from "../../../support/random.ts";

/** Frame control of a type and a subtype, then duration, receiver and transmitter. */
function frame(type: number, subtype: number, flags = 0, version = 0): Uint8Array {
  const control = (subtype << 4) | (type << 2) | version;
  const receiver = [0x02, 0x11, 0x22, 0x33, 0x44, 0x55];
  const transmitter = [0xa4, 0xcf, 0x12, 0x00, 0x0f, 0x9e];
  return Uint8Array.of(control, flags, 0x3a, 0x01, ...receiver, ...transmitter);
}

const told = (header: Uint8Array) => formatMAC(transmitterOf(header));
const nobody = "000000000000";

/** The control subtypes of IEEE 802.11 table 9-1 with a transmitter's address as the second one. */
const naming = new Map([
  [2, "Trigger"],
  [4, "Beamforming Report Poll"],
  [5, "NDP Announcement"],
  [8, "BlockAckReq"],
  [9, "BlockAck"],
  [10, "PS-Poll"],
  [11, "RTS"],
]);

test("each management and data frame names its transmitter, whatever its subtype and flags", () => {
  for (const [type, kind] of [
    [0, "management"],
    [2, "data"],
  ] as const) {
    for (let subtype = 0; subtype < 16; subtype++) {
      for (const flags of [0x00, 0x01, 0x02, 0x03, 0x41, 0xff]) {
        const header = frame(type, subtype, flags);
        assert.equal(frameKindOf(header), kind);
        assert.equal(told(header), "A4CF12000F9E", `subtype ${subtype}, flags ${flags}`);
      }
    }
  }
});

test("a control frame names its transmitter only where its second address is the transmitter's", () => {
  for (let subtype = 0; subtype < 16; subtype++) {
    const header = frame(1, subtype);
    assert.equal(frameKindOf(header), "control");
    const name = naming.get(subtype) ?? `subtype ${subtype}`;
    assert.equal(told(header), naming.has(subtype) ? "A4CF12000F9E" : nobody, name);
  }
});

test("the bit that tells of a bandwidth in an RTS is no part of the address", () => {
  const rts = frame(1, 11);
  rts[10] = 0xa5;
  assert.equal(told(rts), "A4CF12000F9E");
  const highest = Uint8Array.of(0xb4, 0, 0, 0, ...new Array(6).fill(0), ...new Array(6).fill(0xff));
  assert.equal(told(highest), "FEFFFFFFFFFF");
});

test("frames of an unknown version or kind are none, and name nobody", () => {
  for (const header of [frame(3, 0), frame(0, 8, 0, 1), frame(2, 0, 0, 2), frame(1, 11, 0, 3)]) {
    assert.equal(frameKindOf(header), undefined);
    assert.equal(told(header), nobody);
  }
});

test("a header that is cut off has a kind from its second byte on, and a transmitter only when whole", () => {
  const whole = frame(2, 0);
  for (let length = 0; length < whole.length; length++) {
    const header = whole.subarray(0, length);
    assert.equal(frameKindOf(header), length < 2 ? undefined : "data");
    assert.equal(told(header), nobody);
  }
  const longer = Uint8Array.of(...whole, ...new Array(20).fill(0x77));
  assert.equal(told(longer), "A4CF12000F9E");
});

test("any bytes give one of the three kinds or none, and a number of 48 bits", () => {
  const random = seededRandom(802_11);
  const kinds = new Map<string | undefined, number>();
  let named = 0;
  for (let round = 0; round < 4_000; round++) {
    const header = new Uint8Array(Math.floor(random() * 33));
    for (let n = 0; n < header.length; n++) header[n] = Math.floor(random() * 256);
    const kind = frameKindOf(header);
    const MAC = transmitterOf(header);
    assert.ok(Number.isInteger(MAC) && MAC >= 0 && MAC < 2 ** 48, `${MAC}`);
    if (MAC !== 0) {
      const [first = 0, ...rest] = header.subarray(10, 16);
      const byte = kind === "control" ? first & 0xfe : first;
      const expected = [byte, ...rest].map((n) => n.toString(16).padStart(2, "0")).join("");
      assert.equal(told(header), expected.toUpperCase());
      named++;
    }
    if (kind === undefined) assert.equal(MAC, 0);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  assert.deepEqual([...kinds.keys()].map(String).sort(), [
    "control",
    "data",
    "management",
    "undefined",
  ]);
  assert.ok(named > 200, `${named} were named`);
});
