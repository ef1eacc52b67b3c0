// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { Decoder, FAILED, NEEDS_BYTES, PAYLOAD } from "../../../../modules/mqtt/codec/decoder.ts";
import { MOST_FILTERS, PUBLISH, SUBACK } from "../../../../modules/mqtt/codec/packet.ts";
import {
  connackBytes,
  packetBytes,
  publishBytes,
  subackBytes,
} from "../../../support/broker-packets.ts";
import { connected, decodedFrom, joined, singleBytes } from "../../../support/decoded.ts";
import { bytesOf } from "../../../support/hex.ts";

test("streams a PUBLISH of the largest size without keeping it", () => {
  const decoder = connected(bytesOf("31 FF FF FF 7F 00 01 61"));
  assert.equal(decoder.next(), PUBLISH);
  assert.equal(decoder.byteLength, 268_435_452);
  assert.equal(decoder.oversize, true);
  const piece = new Uint8Array(1000);
  for (let i = 0; i < 20; i++) {
    decoder.push(piece);
    assert.equal(decoder.next(), PAYLOAD);
    assert.equal(decoder.read(piece), 1000);
    assert.equal(decoder.next(), NEEDS_BYTES);
  }
  assert.equal(decoder.remaining, 268_435_452 - 20_000);
});

test("marks a PUBLISH over largestPacket, counting every byte", () => {
  const message = publishBytes("a", { payload: new Uint8Array(20) });
  for (const [largestPacket, oversize] of [
    [message.length, false],
    [message.length - 1, true],
  ] as const) {
    const decoder = new Decoder({ largestPacket });
    decoder.push(joined([connackBytes(), message]));
    decoder.next();
    assert.equal(decoder.next(), PUBLISH);
    assert.equal(decoder.oversize, oversize);
    assert.equal(decoder.topic, "a");
  }
  const fits = connected(publishBytes("a", { payload: new Uint8Array(4096 - 6) }));
  fits.next();
  assert.equal(fits.oversize, false, "the default is 4,096");
  const over = connected(publishBytes("a", { payload: new Uint8Array(4097 - 6) }));
  over.next();
  assert.equal(over.oversize, true);
});

test("checks but does not keep a topic over longestTopic; the message can still be acknowledged", () => {
  const pieces = [
    connackBytes(),
    publishBytes("1234", { QoS: 1, id: 1, payload: "x" }),
    publishBytes("12345", { QoS: 1, id: 2, payload: "y" }),
    publishBytes("1234", { QoS: 1, id: 3, payload: "z" }),
  ];
  for (const cut of [pieces, singleBytes(joined(pieces))]) {
    const packets = decodedFrom(new Decoder({ longestTopic: 4 }), cut).slice(1);
    const seen = packets.map((p) => (p.type === "PUBLISH" ? [p.topic, p.id, p.payload] : p));
    assert.deepEqual(seen, [
      ["1234", 1, "78"],
      ["", 2, "79"],
      ["1234", 3, "7A"],
    ]);
  }
  const decoder = new Decoder({ longestTopic: 4 });
  decoder.push(joined([connackBytes(), publishBytes("12345")]));
  decoder.next();
  decoder.next();
  assert.equal(decoder.oversize, true);
  for (const hex of ["31 32 33 34 00", "31 32 33 34 23", "31 32 33 34 C3"]) {
    const bad = joined([connackBytes(), packetBytes(0x30, [0, 5, ...bytesOf(hex)])]);
    const packets = decodedFrom(new Decoder({ longestTopic: 4 }), [bad]);
    assert.equal(packets.at(-1)?.type, "error", hex);
  }
});

test("reads a SUBACK with as many codes as we ask for, and refuses more", () => {
  const codes = Array.from({ length: MOST_FILTERS }, (_, i) => i % 3);
  const decoder = connected(subackBytes(7, codes));
  assert.equal(decoder.next(), SUBACK);
  assert.equal(decoder.id, 7);
  assert.equal(decoder.codeCount, MOST_FILTERS);
  assert.deepEqual(
    codes.map((_, i) => decoder.code(i)),
    codes,
  );
  const over = connected(subackBytes(7, [...codes, 0]));
  assert.equal(over.next(), FAILED);
  assert.equal(over.error?.code, "mqtt/too-large");
  assert.equal(over.error?.statement, undefined);
});
