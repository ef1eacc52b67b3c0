// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { Decoder } from "../../../../modules/mqtt/codec/decoder.ts";
import { Encoder } from "../../../../modules/mqtt/codec/encoder.ts";
import {
  type Ack,
  PUBACK,
  PUBCOMP,
  PUBREC,
  PUBREL,
} from "../../../../modules/mqtt/codec/packet.ts";
import { brokerPackets, clientPackets, sharedPackets } from "../../../fixtures/mqtt-packets.ts";
import { type ClientPacket, ClientStream } from "../../../support/broker-codec.ts";
import * as broker from "../../../support/broker-packets.ts";
import { type Decoded, decodedFrom, joined, singleBytes } from "../../../support/decoded.ts";
import { bytesOf, hexOf } from "../../../support/hex.ts";

const ACKS: Readonly<Record<string, Ack>> = { PUBACK, PUBREC, PUBREL, PUBCOMP };
const CONNACK = Uint8Array.of(0x20, 2, 0, 0);
const CONNECT = bytesOf("10 0D 00 04 4D 51 54 54 04 02 00 3C 00 01 61");

function encode(packet: ClientPacket): Uint8Array {
  const encoder = new Encoder(new Uint8Array(300));
  let written = false;
  if (packet.type === "CONNECT") written = encoder.connect({ ...packet, will: willOf(packet) });
  else if (packet.type === "SUBSCRIBE") {
    written = encoder.subscribe(packet.id, packet.requests as Parameters<Encoder["subscribe"]>[1]);
  } else if (packet.type === "UNSUBSCRIBE") {
    written = encoder.unsubscribe(packet.id, packet.filters);
  } else if (packet.type === "PINGREQ") written = encoder.ping();
  else if (packet.type === "DISCONNECT") written = encoder.disconnect();
  assert.equal(written, true);
  return encoder.buffer.subarray(0, encoder.position);
}

function willOf(packet: ClientPacket & { type: "CONNECT" }) {
  return packet.will && { ...packet.will, QoS: packet.will.QoS as 0 | 1 | 2 };
}

// A PUBLISH in one pass: by itself, and behind others like it, where it finds its header.
function encodeWhole(packet: Decoded): Uint8Array[] {
  if (packet.type !== "PUBLISH") return [];
  const encoder = new Encoder(new Uint8Array(300));
  const header = { ...packet, QoS: packet.QoS as 0 | 1 | 2 };
  const payload = bytesOf(packet.payload);
  return [0, 0, 7, 0].map((position) => {
    encoder.position = position;
    assert.ok(encoder.message(header, payload, packet.id));
    return encoder.buffer.slice(position, encoder.position);
  });
}

/** The bytes in two pieces, cut at each place. */
function twoPieces(bytes: Uint8Array): Uint8Array[][] {
  return Array.from(bytes, (_, cut) => [bytes.slice(0, cut), bytes.slice(cut)]);
}

// PUBLISH and acks: what both sides send.
function encodeShared(packet: Decoded): Uint8Array {
  const encoder = new Encoder(new Uint8Array(300));
  if (packet.type === "PUBLISH") {
    const payload = bytesOf(packet.payload);
    const QoS = packet.QoS as 0 | 1 | 2;
    assert.ok(encoder.publish({ ...packet, QoS, byteLength: payload.length }));
    return joined([encoder.buffer.subarray(0, encoder.position), payload]);
  }
  const type = ACKS[packet.type];
  assert.ok(type !== undefined && "id" in packet && encoder.ack(type, packet.id));
  return encoder.buffer.subarray(0, encoder.position);
}

function encodeAsBroker(packet: Decoded): Uint8Array {
  switch (packet.type) {
    case "CONNACK":
      return broker.connackBytes(packet.sessionPresent, packet.returnCode);
    case "PUBLISH":
      return broker.publishBytes(packet.topic, { ...packet, payload: bytesOf(packet.payload) });
    case "PUBACK":
      return broker.pubackBytes(packet.id);
    case "PUBREC":
      return broker.pubrecBytes(packet.id);
    case "PUBREL":
      return broker.pubrelBytes(packet.id);
    case "PUBCOMP":
      return broker.pubcompBytes(packet.id);
    case "SUBACK":
      return broker.subackBytes(packet.id, packet.codes);
    case "UNSUBACK":
      return broker.unsubackBytes(packet.id);
    case "PINGRESP":
      return broker.pingrespBytes();
    default:
      throw new Error(packet.type);
  }
}

// Without the CONNACK that has to precede everything else.
function decode(packet: Decoded, pieces: readonly Uint8Array[]): readonly Decoded[] {
  if (packet.type === "CONNACK") return decodedFrom(new Decoder(), pieces);
  return decodedFrom(new Decoder(), [CONNACK, ...pieces]).slice(1);
}

function decodeAsBroker(packet: ClientPacket, pieces: readonly Uint8Array[]): ClientPacket[] {
  const stream = new ClientStream();
  if (packet.type !== "CONNECT") stream.push(CONNECT);
  return pieces.flatMap((piece) => stream.push(piece));
}

for (const { name, packet, hex } of clientPackets) {
  test(`${name}: encoded, decoded, round trip, byte by byte`, () => {
    const bytes = bytesOf(hex);
    assert.equal(hexOf(encode(packet)), hexOf(bytes));
    assert.deepEqual(decodeAsBroker(packet, [bytes]), [packet]);
    assert.deepEqual(decodeAsBroker(packet, [encode(packet)]), [packet]);
    assert.deepEqual(decodeAsBroker(packet, singleBytes(bytes)), [packet]);
  });
}

for (const { name, packet, hex } of brokerPackets) {
  test(`${name}: decoded, encoded by a broker, round trip, byte by byte, cut anywhere`, () => {
    const bytes = bytesOf(hex);
    assert.deepEqual(decode(packet, [bytes]), [packet]);
    assert.equal(hexOf(encodeAsBroker(packet)), hexOf(bytes));
    assert.deepEqual(decode(packet, [encodeAsBroker(packet)]), [packet]);
    assert.deepEqual(decode(packet, singleBytes(bytes)), [packet]);
    for (const pieces of twoPieces(bytes)) assert.deepEqual(decode(packet, pieces), [packet]);
  });
}

for (const { name, packet, hex } of sharedPackets) {
  test(`${name}: decoded, encoded, round trip, byte by byte, cut anywhere, by both sides`, () => {
    const bytes = bytesOf(hex);
    assert.deepEqual(decode(packet, [bytes]), [packet]);
    assert.equal(hexOf(encodeShared(packet)), hexOf(bytes));
    for (const whole of encodeWhole(packet)) assert.equal(hexOf(whole), hexOf(bytes));
    for (const pieces of twoPieces(bytes)) assert.deepEqual(decode(packet, pieces), [packet]);
    assert.deepEqual(decode(packet, [encodeShared(packet)]), [packet]);
    assert.deepEqual(decode(packet, singleBytes(bytes)), [packet]);
    assert.equal(hexOf(encodeAsBroker(packet)), hexOf(bytes));
    const [seen] = new ClientStream().push(joined([CONNECT, bytes])).slice(1);
    assert.ok(seen);
    assert.deepEqual(seenAsDecoded(seen), packet);
  });
}

function seenAsDecoded(packet: ClientPacket): unknown {
  if (packet.type !== "PUBLISH") return packet;
  return { ...packet, payload: hexOf(packet.payload), complete: true };
}
