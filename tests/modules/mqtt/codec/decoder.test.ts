// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import {
  Decoder,
  FAILED,
  NEEDS_BYTES,
  PAYLOAD,
  PUBLISH_END,
} from "../../../../modules/mqtt/codec/decoder.ts";
import {
  CONNACK,
  PINGRESP,
  PUBACK,
  PUBCOMP,
  PUBLISH,
  PUBREC,
  PUBREL,
} from "../../../../modules/mqtt/codec/packet.ts";
import {
  connackBytes,
  packetBytes,
  pingrespBytes,
  publishBytes,
} from "../../../support/broker-packets.ts";
import { connected, decodedFrom, singleBytes } from "../../../support/decoded.ts";
import { bytesOf, hexOf } from "../../../support/hex.ts";

test("a message is PUBLISH, its payload, and PUBLISH_END", () => {
  const decoder = connected(
    publishBytes("a/b", { payload: "xyz", QoS: 1, id: 513, retain: true, duplicate: true }),
  );
  assert.equal(decoder.next(), PUBLISH);
  assert.equal(decoder.topic, "a/b");
  assert.equal(decoder.QoS, 1);
  assert.equal(decoder.id, 513);
  assert.equal(decoder.retain, true);
  assert.equal(decoder.duplicate, true);
  assert.equal(decoder.byteLength, 3);
  assert.equal(decoder.oversize, false);
  assert.equal(decoder.next(), PAYLOAD);
  assert.equal(decoder.available, 3);
  const payload = new Uint8Array(5);
  assert.equal(decoder.read(payload, 1), 3);
  assert.equal(hexOf(payload), "00 78 79 7A 00");
  assert.equal(decoder.next(), PUBLISH_END);
  assert.equal(decoder.topic, "a/b");
  assert.equal(decoder.id, 513);
  assert.equal(decoder.next(), NEEDS_BYTES);
});

test("an acknowledgement that comes alone is taken at once, and anything else is left as it is", () => {
  const decoder = connected();
  for (const [hex, type] of [
    ["40 02 12 34", PUBACK],
    ["50 02 12 34", PUBREC],
    ["62 02 12 34", PUBREL],
    ["70 02 12 34", PUBCOMP],
  ] as const) {
    decoder.push(bytesOf(hex));
    assert.equal(decoder.takeAck(), type * 65_536 + 0x1234);
    assert.equal(decoder.next(), NEEDS_BYTES);
    assert.equal(decoder.isDrained, true);
  }
  const others = ["40 02 00 00", "60 02 00 01", "42 02 00 01", "40 03 00 01", "30 02 00 01"];
  for (const hex of [...others, "B0 02 00 01", "D0 00 D0 00", "20 02 00 01"]) {
    const one = connected();
    one.push(bytesOf(hex));
    assert.equal(one.takeAck(), 0, hex);
    const two = connected();
    two.push(bytesOf(hex));
    assert.equal(one.next(), two.next(), hex);
  }
  const early = new Decoder();
  early.push(bytesOf("40 02 00 01"));
  assert.equal(early.takeAck(), 0, "before CONNACK");
  assert.equal(early.next(), FAILED);
  const inside = connected(publishBytes("a", { payload: "12345678" }).subarray(0, 6));
  assert.equal(inside.next(), PUBLISH);
  assert.equal(inside.read(new Uint8Array(8)), 1);
  inside.push(bytesOf("40 02 00 01"));
  assert.equal(inside.takeAck(), 0, "payload that looks like one");
  assert.equal(inside.available, 4);
});

test("an empty payload ends at once, without another byte", () => {
  for (const QoS of [0, 1, 2]) {
    const decoder = connected(publishBytes("a", { QoS, id: 1, retain: true }));
    assert.equal(decoder.next(), PUBLISH);
    assert.equal(decoder.byteLength, 0);
    assert.equal(decoder.available, 0);
    assert.equal(decoder.next(), PUBLISH_END);
    assert.equal(decoder.next(), NEEDS_BYTES);
  }
});

test("waits for the application: nothing goes on until the payload is read", () => {
  const decoder = connected(publishBytes("a", { payload: "12345" }), pingrespBytes());
  assert.equal(decoder.next(), PUBLISH);
  const two = new Uint8Array(2);
  for (const left of [5, 3, 1]) {
    assert.equal(decoder.next(), PAYLOAD);
    assert.equal(decoder.next(), PAYLOAD);
    assert.equal(decoder.available, left);
    assert.equal(decoder.remaining, left);
    assert.equal(decoder.read(two), Math.min(left, 2));
  }
  assert.equal(decoder.read(two), 0);
  assert.equal(decoder.next(), PUBLISH_END);
  assert.equal(decoder.read(two), 0);
  assert.equal(decoder.next(), PINGRESP);
});

test("reads no more than asked for, and not past the target", () => {
  const decoder = connected(publishBytes("a", { payload: "12345" }));
  decoder.next();
  const target = new Uint8Array(4);
  assert.equal(decoder.read(target, 1, 2), 2);
  assert.equal(decoder.read(target, 4), 0);
  assert.equal(decoder.read(target, 9), 0);
  assert.equal(decoder.read(target, 0, -1), 0);
  assert.equal(decoder.read(target, 3, 9), 1);
  assert.equal(hexOf(target), "00 31 32 33");
  assert.equal(decoder.remaining, 2);
});

test("never hands out bytes of the next packet", () => {
  const decoder = connected(publishBytes("a", { payload: "12" }), pingrespBytes());
  decoder.next();
  const target = new Uint8Array(10);
  assert.equal(decoder.read(target), 2);
  assert.equal(hexOf(target.subarray(0, 3)), "31 32 00");
});

test("skips a payload, read in part or not at all, in pieces", () => {
  for (const alreadyRead of [0, 2]) {
    const decoder = connected(publishBytes("a", { payload: "123456", QoS: 2, id: 9 }).slice(0, -3));
    decoder.next();
    decoder.read(new Uint8Array(alreadyRead));
    decoder.skip();
    assert.equal(decoder.next(), NEEDS_BYTES);
    decoder.push(bytesOf("34"));
    assert.equal(decoder.next(), NEEDS_BYTES);
    assert.equal(decoder.remaining, 2);
    decoder.push(bytesOf("35 36 D0 00"));
    assert.equal(decoder.next(), PUBLISH_END);
    assert.equal(decoder.id, 9);
    assert.equal(decoder.next(), PINGRESP);
    decoder.skip();
    decoder.push(publishBytes("a", { payload: "1" }));
    assert.equal(decoder.next(), PUBLISH);
    assert.equal(decoder.next(), PAYLOAD, "skipping ends with the message");
  }
});

test("uses the string of the last topic again, and never for another topic", () => {
  const names = ["aa", "aa", "ab", "aa", "a", "aa", "bb", "é", "aa", "é", "è", "é"];
  const decoder = new Decoder({ longestTopic: 3 });
  decoder.push(connackBytes());
  decoder.next();
  for (const name of [...names, "long", "aa", "aé", "aé"]) {
    for (const pieces of [[publishBytes(name)], singleBytes(publishBytes(name))]) {
      let topic: string | undefined;
      for (const piece of pieces) {
        decoder.push(piece);
        for (let event = decoder.next(); event !== NEEDS_BYTES; event = decoder.next()) {
          topic = decoder.topic;
        }
      }
      assert.equal(topic, name === "long" ? "" : name);
    }
  }
});

test("refuses an ill-formed topic that starts like the last good one", () => {
  const good = publishBytes("aéb");
  for (const hex of ["61 C3 C3 62", "61 C3 A9 00", "61 C3 A9 23", "61 C3 A9 C3", "61 62 A9 62"]) {
    const bad = packetBytes(0x30, [0, 4, ...bytesOf(hex)]);
    for (const pieces of [[bad], singleBytes(bad)]) {
      const packets = decodedFrom(new Decoder(), [connackBytes(), good, ...pieces]);
      assert.equal(packets.at(-1)?.type, "error", hex);
    }
  }
});

test("push takes part of a buffer, and refuses a piece before the last one is used up", () => {
  const decoder = new Decoder();
  const buffer = Uint8Array.of(0x20, 2, 0, 0, 0xff, 0xff);
  decoder.push(buffer, 4);
  assert.throws(() => decoder.push(buffer, 4), /not used up/);
  assert.equal(decoder.next(), CONNACK);
  assert.equal(decoder.next(), NEEDS_BYTES);
  decoder.push(buffer, 0);
  assert.equal(decoder.next(), NEEDS_BYTES);
});

test("tells nothing of a message outside a message", () => {
  const decoder = connected();
  assert.equal(decoder.available, 0);
  assert.equal(decoder.remaining, 0);
  assert.equal(decoder.read(new Uint8Array(3)), 0);
  assert.equal(decoder.next(), NEEDS_BYTES);
  assert.equal(decoder.error, undefined);
});
