// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import {
  commandIn,
  isIntact,
  packetLength,
  resultPacket,
  statusPacket,
  stringsIn,
} from "../../../modules/provisioning/improv-packet.ts";
import { bytesOf, digitsOf } from "../../support/hex.ts";

/** Of the SSID "MyWirelessAP" and the password "mysecurepassword", as the specification has it. */
const settings =
  "494d50524f560103 20 01 1e 0c 4d79576972656c6573734150 10 6d7973656375726570617373776f7264 c1";

/** Without the line ends around it. */
function packet(bytes: Uint8Array): string {
  assert.equal(bytes[0], 0x0a);
  assert.equal(bytes.at(-1), 0x0a);
  return digitsOf(bytes.subarray(1, bytes.length - 1));
}

test("the published packets of Improv are what the board writes", () => {
  assert.equal(packet(statusPacket("state", 2)), "494d50524f5601010102e2");
  assert.equal(packet(statusPacket("state", 3)), "494d50524f5601010103e3");
  assert.equal(packet(statusPacket("state", 4)), "494d50524f5601010104e4");
  assert.equal(packet(statusPacket("error", 0)), "494d50524f5601020100e1");
  assert.equal(packet(statusPacket("error", 3)), "494d50524f5601020103e4");
  assert.equal(
    packet(resultPacket(1, ["http://192.168.1.20"])),
    "494d50524f560104160114 13687474703a2f2f3139322e3136382e312e3230d0".replace(" ", ""),
  );
  assert.equal(
    packet(resultPacket(4, ["Home", "-60", "YES"])),
    "494d50524f5601040f040d04486f6d65032d36300359455319",
  );
  assert.equal(packet(resultPacket(4, [])), "494d50524f560104020400e8");
});

test("the published commands of Improv are understood", () => {
  for (const [text, id] of [
    ["494d50524f56010302 0200 e5", 2],
    ["494d50524f56010302 0300 e6", 3],
    ["494d50524f56010302 0400 e7", 4],
  ] as const) {
    const bytes = bytesOf(text);
    assert.equal(packetLength(bytes, bytes.length), bytes.length);
    assert.ok(isIntact(bytes));
    assert.deepEqual(commandIn(bytes), { id, payload: new Uint8Array(0) });
  }
  const bytes = bytesOf(settings);
  assert.ok(isIntact(bytes));
  const { id, payload = new Uint8Array(0) } = commandIn(bytes) ?? {};
  assert.equal(id, 1);
  assert.deepEqual(stringsIn(payload), ["MyWirelessAP", "mysecurepassword"]);
});

test("a packet with a wrong sum, another type or a wrong inner length is no command", () => {
  const wrong = bytesOf(settings);
  wrong[20] = 0x20;
  assert.equal(isIntact(wrong), false);
  for (const text of [
    "494d50524f56010102 0200 e3",
    "494d50524f56010302 0201 e6",
    "494d50524f56010300 e1",
    "494d50524f56010301 02 e4",
  ]) {
    assert.equal(commandIn(bytesOf(text)), undefined, text);
  }
});

test("strings that are not whole or not UTF-8 are none", () => {
  assert.deepEqual(stringsIn(bytesOf("0161 00 02c3bc")), ["a", "", "ü"]);
  assert.equal(stringsIn(bytesOf("0261")), undefined);
  assert.equal(stringsIn(bytesOf("01ff")), undefined);
});

test("strings that do not fit into a packet are left out of it", () => {
  const long = "x".repeat(200);
  assert.deepEqual(resultPacket(3, [long, long]).length, resultPacket(3, [long]).length);
});
