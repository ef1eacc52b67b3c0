// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { Encoder } from "../../../../modules/mqtt/codec/encoder.ts";
import {
  type Ack,
  type Connect,
  MOST_FILTERS,
  PUBACK,
  PUBCOMP,
  type PublishHeader,
} from "../../../../modules/mqtt/codec/packet.ts";
import {
  connectLength,
  publishHeaderLength,
} from "../../../../modules/mqtt/codec/packet-length.ts";
import { MqttError } from "../../../../modules/mqtt/mqtt-error.ts";
import { ClientStream } from "../../../support/broker-codec.ts";
import { hexOf } from "../../../support/hex.ts";

const connect: Connect = { id: "a", keepAliveSeconds: 60 };
const will = { topic: "w", message: "gone" };
const publish: PublishHeader = { topic: "a", byteLength: 0 };
const text65k = "a".repeat(65_535);

// What plain JavaScript, or a setting read at run time, can hand in against the types.
function any<Wanted>(value: unknown): Wanted {
  return value as Wanted;
}

type Case = readonly [
  name: string,
  act: (encoder: Encoder) => void,
  argument: string,
  statement?: string | undefined,
];

const connects: readonly (readonly [string, object, string, string?])[] = [
  ["empty id, session kept", { id: "", clean: false }, "id", "MQTT-3.1.3-7"],
  ["NUL in the id", { id: "a\0" }, "id", "MQTT-1.5.3-2"],
  ["half a pair in the id", { id: "\ud800" }, "id", "MQTT-1.5.3-1"],
  ["id of 65,536 bytes", { id: `${text65k}a` }, "id"],
  ["id of 65,536 bytes in fewer characters", { id: "é".repeat(32_768) }, "id"],
  ["no id", { id: undefined }, "id"],
  ["keepalive 65,536", { keepAliveSeconds: 65_536 }, "keepAliveSeconds"],
  ["keepalive -1", { keepAliveSeconds: -1 }, "keepAliveSeconds"],
  ["keepalive 1.5", { keepAliveSeconds: 1.5 }, "keepAliveSeconds"],
  ["keepalive NaN", { keepAliveSeconds: Number.NaN }, "keepAliveSeconds"],
  ["password without user", { password: "p" }, "password", "MQTT-3.1.2-22"],
  ["NUL in the user", { user: "\0" }, "user", "MQTT-1.5.3-2"],
  ["user of 65,536 bytes", { user: `${text65k}a` }, "user"],
  ["password of 65,536 bytes", { user: "u", password: new Uint8Array(65_536) }, "password"],
  ["password with half a pair", { user: "u", password: "\udfff" }, "password", "MQTT-1.5.3-1"],
  ["password as an array", { user: "u", password: [1, 2] }, "password"],
  ["will without topic", { will: { message: "x" } }, "will.topic", "MQTT-3.1.2-9"],
  ["will with empty topic", { will: { ...will, topic: "" } }, "will.topic", "MQTT-4.7.3-1"],
  ["will with wildcard", { will: { ...will, topic: "a/#" } }, "will.topic", "MQTT-4.7.1-1"],
  ["will with NUL", { will: { ...will, topic: "a\0" } }, "will.topic", "MQTT-4.7.3-2"],
  ["will QoS 3", { will: { ...will, QoS: 3 } }, "will.QoS", "MQTT-3.1.2-14"],
  ["will message too long", { will: { ...will, message: `${text65k}a` } }, "will.message"],
  ["will without message", { will: { topic: "w" } }, "will.message"],
];

const publishes: readonly (readonly [string, object, string, string?])[] = [
  ["empty topic", { topic: "" }, "topic", "MQTT-4.7.3-1"],
  ["+ in the topic", { topic: "a/+/b" }, "topic", "MQTT-4.7.1-1"],
  ["# as the topic", { topic: "#" }, "topic", "MQTT-4.7.1-1"],
  ["NUL in the topic", { topic: "a\0b" }, "topic", "MQTT-4.7.3-2"],
  ["half a pair in the topic", { topic: "a\udc00" }, "topic", "MQTT-1.5.3-1"],
  ["topic of 65,536 bytes", { topic: `${text65k}a` }, "topic", "MQTT-4.7.3-3"],
  ["no topic", { topic: undefined }, "topic"],
  ["QoS 3", { QoS: 3, id: 1 }, "QoS", "MQTT-3.3.1-4"],
  ["QoS -1", { QoS: -1, id: 1 }, "QoS", "MQTT-3.3.1-4"],
  ["QoS as text", { QoS: "1", id: 1 }, "QoS", "MQTT-3.3.1-4"],
  ["DUP with QoS 0", { duplicate: true }, "duplicate", "MQTT-3.3.1-2"],
  ["QoS 1 without id", { QoS: 1 }, "id", "MQTT-2.3.1-1"],
  ["QoS 1 with id 0", { QoS: 1, id: 0 }, "id", "MQTT-2.3.1-1"],
  ["QoS 2 with id 65,536", { QoS: 2, id: 65_536 }, "id", "MQTT-2.3.1-1"],
  ["QoS 2 with id 1.5", { QoS: 2, id: 1.5 }, "id", "MQTT-2.3.1-1"],
  ["payload of -1 bytes", { byteLength: -1 }, "byteLength"],
  ["payload of half a byte", { byteLength: 0.5 }, "byteLength"],
  ["payload over the largest packet", { byteLength: 268_435_453 }, "byteLength"],
  ["payload over it with an id", { QoS: 1, id: 1, byteLength: 268_435_451 }, "byteLength"],
];

const filter = (filter: string, QoS = 0) => [{ filter, QoS: QoS as 0 }];
const many = Array.from({ length: MOST_FILTERS + 1 }, (_, i) => `f${i}`);

const others: readonly Case[] = [
  ["no request", (e) => e.subscribe(1, []), "requests", "MQTT-3.8.3-3"],
  ["SUBSCRIBE id 0", (e) => e.subscribe(0, filter("a")), "id", "MQTT-2.3.1-1"],
  ["empty filter", (e) => e.subscribe(1, filter("")), "requests[0].filter", "MQTT-4.7.3-1"],
  ["a#", (e) => e.subscribe(1, filter("a#")), "requests[0].filter", "MQTT-4.7.1-2"],
  ["a+", (e) => e.subscribe(1, filter("a+")), "requests[0].filter", "MQTT-4.7.1-3"],
  ["QoS 3", (e) => e.subscribe(1, filter("a", 3)), "requests[0].QoS", "MQTT-3.8.3-4"],
  [
    "a wrong second filter",
    (e) => e.subscribe(1, [...filter("a"), ...filter("a\0")]),
    "requests[1].filter",
    "MQTT-4.7.3-2",
  ],
  [
    "too many requests",
    (e) =>
      e.subscribe(
        1,
        many.map((name) => ({ filter: name, QoS: 0 })),
      ),
    "requests",
  ],
  ["no filter", (e) => e.unsubscribe(1, []), "filters", "MQTT-3.10.3-2"],
  ["UNSUBSCRIBE id 0", (e) => e.unsubscribe(0, ["a"]), "id", "MQTT-2.3.1-1"],
  ["wrong filter", (e) => e.unsubscribe(1, ["a", "#/b"]), "filters[1]", "MQTT-4.7.1-2"],
  ["too many filters", (e) => e.unsubscribe(1, many), "filters"],
  ["PUBACK id 0", (e) => e.ack(PUBACK, 0), "id", "MQTT-2.3.1-6"],
  ["PUBCOMP id 0", (e) => e.ack(PUBCOMP, 0), "id", "MQTT-4.3.3-2"],
  ["PUBACK id 65,536", (e) => e.ack(PUBACK, 65_536), "id", "MQTT-2.3.1-6"],
  ["an ack that is none", (e) => e.ack(any<Ack>(3), 1), "type"],
];

const cases: readonly Case[] = [
  ...connects.map(
    ([name, wrong, argument, statement]): Case => [
      `CONNECT with ${name}`,
      (encoder) => encoder.connect(any({ ...connect, ...wrong })),
      argument,
      statement,
    ],
  ),
  ...publishes.map(
    ([name, wrong, argument, statement]): Case => [
      `PUBLISH with ${name}`,
      (encoder) => encoder.publish(any({ ...publish, ...wrong })),
      argument,
      statement,
    ],
  ),
  // The same in one pass with its payload; its length is that of the payload, always legal.
  ...publishes
    .filter(([, , argument]) => argument !== "byteLength")
    .map(
      ([name, wrong, argument, statement]): Case => [
        `PUBLISH in one pass with ${name}`,
        (encoder) => {
          const header = any<PublishHeader>({ ...publish, ...wrong });
          encoder.message(header, Uint8Array.of(1, 2), any<number>(header.id));
        },
        argument,
        statement,
      ],
    ),
  ...others,
];

for (const [name, act, argument, statement] of cases) {
  test(`refuses before a byte is written: ${name}`, () => {
    const encoder = new Encoder(new Uint8Array(300));
    encoder.position = 5;
    try {
      act(encoder);
    } catch (error) {
      assert.ok(error instanceof MqttError, String(error));
      assert.equal(error.code, "mqtt/illegal");
      assert.equal(error.argument, argument);
      assert.equal(error.statement, statement);
      assert.equal(encoder.position, 5);
      assert.ok(encoder.buffer.every((byte) => byte === 0));
      return;
    }
    assert.fail("nothing was thrown");
  });
}

test("an error never holds a password", () => {
  const encoder = new Encoder(new Uint8Array(100));
  const password = `secret\ud800`;
  try {
    encoder.connect({ ...connect, user: "u", password });
    assert.fail("nothing was thrown");
  } catch (error) {
    assert.ok(!String(error).includes("secret"));
  }
});

test("writes packets one behind the other and nothing beyond them", () => {
  const encoder = new Encoder(new Uint8Array(24).fill(0xaa));
  encoder.position = 1;
  assert.equal(encoder.ack(PUBACK, 258), true);
  assert.equal(encoder.publish({ topic: "t", QoS: 1, id: 3, byteLength: 200 }), true);
  assert.equal(encoder.ping(), true);
  assert.equal(encoder.disconnect(), true);
  assert.equal(
    hexOf(encoder.buffer.subarray(0, encoder.position + 2)),
    "AA 40 02 01 02 32 CD 01 00 01 74 00 03 C0 00 E0 00 AA AA",
  );
});

test("says false, and writes nothing, unless the whole packet fits", () => {
  const acts: readonly ((encoder: Encoder) => boolean)[] = [
    (e) => e.connect({ ...connect, will, user: "u", password: "p" }),
    (e) => e.publish({ topic: "a/é", QoS: 2, id: 1, byteLength: 3 }),
    (e) => e.message({ topic: "a/é", QoS: 2 }, Uint8Array.of(1, 2, 3), 1),
    (e) => e.message({ topic: "a/é" }, new Uint8Array(150), 0),
    (e) => e.ack(PUBACK, 1),
    (e) => e.subscribe(1, [{ filter: "a/+", QoS: 1 }]),
    (e) => e.unsubscribe(1, ["a/+"]),
    (e) => e.ping(),
    (e) => e.disconnect(),
  ];
  for (const act of acts) {
    const measure = new Encoder(new Uint8Array(200));
    assert.equal(act(measure), true);
    const size = measure.position;
    for (let room = 0; room <= size; room++) {
      const encoder = new Encoder(new Uint8Array(size + 3));
      encoder.position = size + 3 - room;
      assert.equal(act(encoder), room === size);
      assert.equal(encoder.position, room === size ? size + 3 : size + 3 - room);
      if (room < size) assert.ok(encoder.buffer.every((byte) => byte === 0));
    }
  }
});

test("a message finds the header of one like it only when it is still there", () => {
  const header = { topic: "a/b", QoS: 1 as const };
  const payload = Uint8Array.of(1, 2, 3);
  const between: readonly ((encoder: Encoder) => void)[] = [
    () => {},
    (e) => e.ping(),
    (e) => e.ack(PUBACK, 9),
    (e) => e.publish({ topic: "u", byteLength: 0 }),
    (e) => e.message({ topic: "a/c", QoS: 1 }, payload, 1),
    (e) => e.message({ topic: "a/b", QoS: 2 }, payload, 1),
    (e) => e.message({ topic: "a/b", QoS: 1, retain: true }, payload, 1),
    (e) => e.message({ topic: "a/b", QoS: 1, duplicate: true }, payload, 1),
    (e) => e.message(header, Uint8Array.of(1, 2), 1),
  ];
  const encoder = new Encoder(new Uint8Array(100));
  for (const act of between) {
    for (const position of [0, 40]) {
      encoder.position = 0;
      encoder.message(header, payload, 1);
      encoder.position = position;
      act(encoder);
      encoder.position = 0;
      assert.equal(encoder.message(header, payload, 258), true);
      assert.equal(
        hexOf(encoder.buffer.slice(0, encoder.position)),
        "32 0A 00 03 61 2F 62 01 02 01 02 03",
      );
    }
  }
});

test("measures a packet as it is written", () => {
  const encoder = new Encoder(new Uint8Array(1000));
  for (const id of ["", "a", "é".repeat(60), "x".repeat(300)]) {
    encoder.position = 0;
    const packet = { ...connect, id, will, user: "é" };
    assert.equal(encoder.connect(packet), true);
    assert.equal(encoder.position, connectLength(packet));
  }
  for (const byteLength of [0, 100, 122, 123, 200, 16_380, 2_097_100, 2_097_152, 268_435_452]) {
    encoder.position = 0;
    assert.equal(encoder.publish({ topic: "a", byteLength }), true);
    assert.equal(encoder.position, publishHeaderLength({ topic: "a", byteLength }));
  }
});

test("takes the longest fields the standard allows", () => {
  const encoder = new Encoder(new Uint8Array(400_000));
  const will = { topic: text65k, message: new Uint8Array(65_535) };
  const packet = { ...connect, id: text65k, user: text65k, password: text65k, will };
  assert.equal(encoder.connect(packet), true);
  const [seen] = new ClientStream().push(encoder.buffer.subarray(0, encoder.position));
  assert.ok(seen?.type === "CONNECT");
  assert.equal(seen.id.length, 65_535);
  assert.equal(seen.will?.message.length, 65_535);
  assert.equal(seen.password?.length, 65_535);
});

test("NUL is allowed where bytes are, in a will message and a password", () => {
  const encoder = new Encoder(new Uint8Array(100));
  const packet = { ...connect, user: "u", password: "p\0", will: { ...will, message: "\0" } };
  assert.equal(encoder.connect(packet), true);
  const [seen] = new ClientStream().push(encoder.buffer.subarray(0, encoder.position));
  assert.ok(seen?.type === "CONNECT");
  assert.equal(hexOf(seen.password ?? new Uint8Array(0)), "70 00");
  assert.equal(hexOf(seen.will?.message ?? new Uint8Array(0)), "00");
});
