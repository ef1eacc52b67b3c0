// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { Decoder } from "../../../../modules/mqtt/codec/decoder.ts";
import { Encoder } from "../../../../modules/mqtt/codec/encoder.ts";
import { type Ack, type Connect, MOST_FILTERS } from "../../../../modules/mqtt/codec/packet.ts";
import { MqttError } from "../../../../modules/mqtt/mqtt-error.ts";
import { type ClientPacket, ClientStream } from "../../../support/broker-codec.ts";
import { connackBytes } from "../../../support/broker-packets.ts";
import { decodedFrom } from "../../../support/decoded.ts";
import { hexOf } from "../../../support/hex.ts";

// The same cases in every run; FC_SEED gives others.
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 1) });

/** A packet of ours: how it is written, and what a strict broker must read. */
interface Sample {
  readonly write: (encoder: Encoder) => boolean;
  readonly packet: ClientPacket;
}

const utf8 = new TextEncoder();
const bytesOf = (value: string | Uint8Array) =>
  typeof value === "string" ? utf8.encode(value) : Uint8Array.from(value);
const text = fc
  .string({ unit: "binary", maxLength: 40 })
  .filter((one) => one.isWellFormed() && !one.includes("\0"));
const topic = text.filter((one) => one !== "" && !/[+#]/.test(one));
const field = fc.oneof(text, fc.uint8Array({ maxLength: 60 }));
const id = fc.integer({ min: 1, max: 65_535 });
const QoS = fc.constantFrom(0 as const, 1 as const, 2 as const);
const level = fc.oneof(
  fc.constant("+"),
  fc.constant(""),
  text.map((one) => one.replace(/[+#/]/g, "")),
);
const filter = fc
  .tuple(fc.array(level, { minLength: 1, maxLength: 6 }), fc.boolean())
  .map(([levels, all]) => [...levels, ...(all ? ["#"] : [])].join("/"))
  .filter((one) => one !== "");

const connect = fc
  .record(
    {
      id: topic,
      clean: fc.boolean(),
      keepAliveSeconds: fc.integer({ min: 0, max: 65_535 }),
      user: text,
      password: field,
      will: fc.record({ topic, message: field, QoS, retain: fc.boolean() }),
    },
    { requiredKeys: ["id", "keepAliveSeconds"] },
  )
  .map((given): Sample => {
    const { password, ...rest } = given;
    const packet: Connect = given.user === undefined ? rest : given;
    const { will, user } = packet;
    return {
      write: (encoder) => encoder.connect(packet),
      packet: {
        type: "CONNECT",
        id: packet.id,
        clean: packet.clean ?? true,
        keepAliveSeconds: packet.keepAliveSeconds,
        ...(will && {
          will: {
            topic: will.topic,
            message: bytesOf(will.message),
            QoS: will.QoS ?? 0,
            retain: will.retain ?? false,
          },
        }),
        ...(user !== undefined && { user }),
        ...(user !== undefined && password !== undefined && { password: bytesOf(password) }),
      },
    };
  });

const publish = fc
  .record({
    topic,
    QoS,
    id,
    retain: fc.boolean(),
    again: fc.boolean(),
    isWhole: fc.boolean(),
    payload: fc.uint8Array({ maxLength: 300 }),
  })
  .map(({ again, isWhole, payload, ...rest }): Sample => {
    const duplicate = again && rest.QoS > 0;
    return {
      write(encoder) {
        if (isWhole) return encoder.message({ ...rest, duplicate }, payload, rest.id);
        const done = encoder.publish({ ...rest, duplicate, byteLength: payload.length });
        encoder.buffer.set(payload, encoder.position);
        encoder.position += payload.length;
        return done;
      },
      packet: {
        type: "PUBLISH",
        ...rest,
        duplicate,
        id: rest.QoS > 0 ? rest.id : 0,
        payload: Uint8Array.from(payload),
      },
    };
  });

const names = ["PUBACK", "PUBREC", "PUBREL", "PUBCOMP"] as const;
const ack = fc.tuple(fc.integer({ min: 0, max: 3 }), id).map(
  ([type, id]): Sample => ({
    write: (encoder) => encoder.ack((4 + type) as Ack, id),
    packet: { type: names[type] ?? "PUBACK", id },
  }),
);
const subscribe = fc
  .tuple(id, fc.array(fc.record({ filter, QoS }), { minLength: 1, maxLength: MOST_FILTERS }))
  .map(
    ([id, requests]): Sample => ({
      write: (encoder) => encoder.subscribe(id, requests),
      packet: { type: "SUBSCRIBE", id, requests },
    }),
  );
const unsubscribe = fc.tuple(id, fc.array(filter, { minLength: 1, maxLength: MOST_FILTERS })).map(
  ([id, filters]): Sample => ({
    write: (encoder) => encoder.unsubscribe(id, filters),
    packet: { type: "UNSUBSCRIBE", id, filters },
  }),
);
const ping = fc.constant<Sample>({
  write: (encoder) => encoder.ping(),
  packet: { type: "PINGREQ" },
});
const later = fc.oneof(publish, ack, subscribe, unsubscribe, ping);

/** Prototypes do not matter: fast-check makes objects without one. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, part) => (part instanceof Uint8Array ? hexOf(part) : part)),
  );
}

test("every packet of ours is read by a strict broker as it was meant, cut anywhere", () => {
  fc.assert(
    fc.property(
      connect,
      fc.array(later, { maxLength: 6 }),
      fc.integer({ min: 1, max: 40 }),
      (first, rest, size) => {
        const samples = [first, ...rest];
        const encoder = new Encoder(new Uint8Array(65_536));
        for (const { write } of samples) assert.equal(write(encoder), true);
        const stream = new ClientStream();
        const read: ClientPacket[] = [];
        for (let at = 0; at < encoder.position; at += size) {
          read.push(
            ...stream.push(encoder.buffer.slice(at, Math.min(at + size, encoder.position))),
          );
        }
        assert.deepEqual(
          read.map(plain),
          samples.map(({ packet }) => plain(packet)),
        );
        assert.equal(stream.unfinished, 0);
      },
    ),
    { numRuns: 1_000 },
  );
});

test("what we write and a broker may write too, we read as it was", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(publish, ack), { maxLength: 6 }), (samples) => {
      const encoder = new Encoder(new Uint8Array(65_536));
      for (const { write } of samples) write(encoder);
      const bytes = [connackBytes(), encoder.buffer.slice(0, encoder.position)];
      const [, ...read] = decodedFrom(new Decoder({ longestTopic: 1_000 }), bytes);
      const wanted = samples.map(({ packet }) =>
        packet.type === "PUBLISH" ? { ...packet, complete: true } : packet,
      );
      assert.deepEqual(read.map(plain), wanted.map(plain));
    }),
    { numRuns: 1_000 },
  );
});

test("any arguments at all give a legal packet, false, or a typed error, and nothing in between", () => {
  const odd = fc.oneof(fc.anything(), text, fc.integer({ min: -2, max: 70_000 }));
  let legal = 0;
  fc.assert(
    fc.property(
      fc.array(odd, { minLength: 6, maxLength: 6 }),
      fc.integer({ min: 0, max: 5 }),
      (values, kind) => {
        const encoder = new Encoder(new Uint8Array(400));
        const [a, b, c, d, e, f] = values as [never, never, never, never, never, never];
        const writes: (() => boolean)[] = [
          () =>
            encoder.connect({
              id: a,
              clean: b,
              keepAliveSeconds: c,
              user: d,
              password: e,
              will: f,
            } as never),
          () =>
            encoder.publish({
              topic: a,
              QoS: b,
              id: c,
              retain: d,
              duplicate: e,
              byteLength: 0,
            } as never),
          () => encoder.ack(a, b),
          () => encoder.subscribe(a, [{ filter: b, QoS: c } as never]),
          () => encoder.unsubscribe(a, [b, c]),
          () =>
            encoder.message({ topic: a, QoS: b, retain: d, duplicate: e }, new Uint8Array(3), c),
        ];
        let done = false;
        try {
          done = writes[kind]?.() === true;
        } catch (error) {
          assert.ok(error instanceof MqttError, `${error}`);
          assert.equal(error.code, "mqtt/illegal");
        }
        if (!done) assert.equal(encoder.position, 0);
        else {
          legal++;
          const start = kind === 0 ? [] : [0x10, 12, 0, 4, 77, 81, 84, 84, 4, 2, 0, 0, 0, 0];
          const stream = new ClientStream();
          stream.push(Uint8Array.from(start));
          assert.equal(stream.push(encoder.buffer.slice(0, encoder.position)).length, 1);
        }
      },
    ),
    { numRuns: 3_000 },
  );
  assert.ok(legal > 10, `${legal} were legal`);
});
