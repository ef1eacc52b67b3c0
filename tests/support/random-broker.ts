// SPDX-License-Identifier: MIT

import type { Random } from "../../modules/base/clock.ts";
import * as broker from "./broker-packets.ts";
import { joined } from "./decoded.ts";

const TOPICS = [
  "a",
  "a/b",
  "/",
  "airpair/x/reading",
  "é/€",
  "\u{1f600}",
  "\ufeffa",
  "a".repeat(130),
];
const IDS = [1, 2, 255, 256, 4660, 65_535];
const SIZES = [0, 0, 1, 2, 5, 120, 127, 128, 300];

function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[Math.floor(random() * items.length)] as Item;
}

/** A random legal packet that a broker may send after its CONNACK. */
export function randomPacket(random: Random): Uint8Array {
  const id = pick(random, IDS);
  switch (Math.floor(random() * 10)) {
    case 0:
      return broker.pubackBytes(id);
    case 1:
      return broker.pubrecBytes(id);
    case 2:
      return broker.pubrelBytes(id);
    case 3:
      return broker.pubcompBytes(id);
    case 4:
      return broker.unsubackBytes(id);
    case 5:
      return broker.pingrespBytes();
    case 6: {
      const length = 1 + Math.floor(random() * 4);
      return broker.subackBytes(
        id,
        Array.from({ length }, () => pick(random, [0, 1, 2, 0x80])),
      );
    }
    default:
      return randomPublish(random, id);
  }
}

function randomPublish(random: Random, id: number): Uint8Array {
  const QoS = Math.floor(random() * 3);
  const payload = new Uint8Array(pick(random, SIZES));
  for (let i = 0; i < payload.length; i++) payload[i] = Math.floor(random() * 256);
  const retain = random() < 0.5;
  // With QoS 0 too: brokers pass the flag on.
  const duplicate = random() < 0.5;
  return broker.publishBytes(pick(random, TOPICS), { payload, QoS, id, retain, duplicate });
}

/** A CONNACK and `count` random legal packets. */
export function randomStream(random: Random, count: number): Uint8Array {
  const packets = Array.from({ length: count }, () => randomPacket(random));
  return joined([broker.connackBytes(random() < 0.5), ...packets]);
}

/** The bytes cut at random into pieces, empty ones among them. */
export function randomCuts(random: Random, bytes: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  const longest = pick(random, [1, 2, 3, 10, 100]);
  for (let at = 0; at < bytes.length; ) {
    const length = Math.floor(random() * (longest + 1));
    pieces.push(bytes.slice(at, at + length));
    at += length;
  }
  return pieces;
}

/** A few bytes changed, added, removed, or a part repeated. */
export function mutated(random: Random, bytes: Uint8Array): Uint8Array {
  const list = Array.from(bytes);
  for (let i = 0; i <= Math.floor(random() * 3); i++) {
    const at = Math.floor(random() * list.length);
    const byte =
      random() < 0.5 ? Math.floor(random() * 256) : pick(random, [0, 1, 2, 0x7f, 0x80, 0xff]);
    const kind = Math.floor(random() * 4);
    if (kind === 0) list[at] = byte;
    else if (kind === 1) list.splice(at, 0, byte);
    else if (kind === 2) list.splice(at, 1);
    else list.splice(at, 0, ...list.slice(at, at + 5));
  }
  return Uint8Array.from(list);
}
