// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { Decoder, NEEDS_BYTES, PAYLOAD } from "../../../../modules/mqtt/codec/decoder.ts";
import { MOST_FILTERS } from "../../../../modules/mqtt/codec/packet.ts";
import * as broker from "../../../support/broker-packets.ts";
import { type Decoded, decodedFrom, joined } from "../../../support/decoded.ts";
import { bytesOf, hexOf } from "../../../support/hex.ts";
import { seededRandom } from "../../../support/random.ts";
import { mutated, randomCuts, randomStream } from "../../../support/random-broker.ts";
import { referenceOf } from "../../../support/reference-decoder.ts";

// The same cases in every run; FC_SEED gives others.
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 1) });

// More seeds by hand: MQTT_SEEDS=1000000 node --import tsx --test <this file>
const SEEDS = Number(process.env.MQTT_SEEDS ?? 3000);

const topic = fc.string({ unit: "binary", minLength: 1, maxLength: 40 }).filter((text) => {
  return text.isWellFormed() && !/[\0+#]/.test(text);
});
const id = fc.integer({ min: 1, max: 65_535 });
const publish = fc
  .record({
    topic,
    id,
    QoS: fc.integer({ min: 0, max: 2 }),
    payload: fc.uint8Array({ maxLength: 300 }),
    retain: fc.boolean(),
    duplicate: fc.boolean(),
  })
  .map((fields) => {
    const duplicate = fields.duplicate && fields.QoS > 0;
    return broker.publishBytes(fields.topic, { ...fields, duplicate });
  });
const packet = fc.oneof(
  publish,
  id.map(broker.pubackBytes),
  id.map(broker.pubrecBytes),
  id.map(broker.pubrelBytes),
  id.map(broker.pubcompBytes),
  id.map(broker.unsubackBytes),
  fc
    .tuple(id, fc.array(fc.constantFrom(0, 1, 2, 0x80), { minLength: 1, maxLength: MOST_FILTERS }))
    .map(([id, codes]) => broker.subackBytes(id, codes)),
  fc.constant(broker.pingrespBytes()),
);

function cutBy(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const length = lengths[i % lengths.length] ?? 1;
    pieces.push(bytes.slice(at, at + length));
    at += length;
  }
  return pieces;
}

const lengths = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 6 });

test("every legal stream in any pieces is read as the standard says", () => {
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 6 }), lengths, (packets, cuts) => {
      const stream = joined([broker.connackBytes(), ...packets]);
      const decoded = decodedFrom(new Decoder(), cutBy(stream, cuts));
      assert.deepEqual(decoded, referenceOf(stream));
      assert.equal(decoded.length, packets.length + 1);
      assert.ok(decoded.every((one) => one.type !== "error"));
    }),
    { numRuns: 300 },
  );
});

test("any bytes at all are refused, or read, where the standard says", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), lengths, fc.boolean(), (bytes, cuts, begun) => {
      const stream = begun ? joined([broker.connackBytes(), bytes]) : bytes;
      sameAsReference(stream, cutBy(stream, cuts));
    }),
    { numRuns: 1000 },
  );
});

test("changed legal streams are refused, or read, where the standard says", () => {
  for (let seed = 0; seed < SEEDS; seed++) {
    const random = seededRandom(seed);
    const stream = mutated(random, randomStream(random, 1 + Math.floor(random() * 5)));
    sameAsReference(stream, randomCuts(random, stream), `seed ${seed}`);
  }
});

function sameAsReference(stream: Uint8Array, pieces: readonly Uint8Array[], note = ""): void {
  const decoder = new Decoder({ longestTopic: 65_535 });
  assert.deepEqual(decodedFrom(decoder, pieces), referenceOf(stream), note);
}

// Starts of streams, and bytes that mean something behind them: types, flags, lengths, ids, text.
const exhaustive = [
  { start: "", longest: 3, alphabet: "00 01 02 03 20 30 33 40 62 80 90 C3" },
  { start: "20 02 00 00", longest: 4, alphabet: "00 01 02 03 20 30 33 40 62 80 90 C3" },
  { start: "20 02 00 00 30 05 00", longest: 3, alphabet: "00 03 23 61 80 9F A0 C3 E0 ED F0 F4" },
  { start: "20 02 00 00 34 06 00 02", longest: 4, alphabet: "00 01 2B 41 80 C3 E2" },
  { start: "20 02 00 00 90 04", longest: 4, alphabet: "00 01 02 03 80 D0" },
] as const;

test("every short input of reduced alphabets, in every split, is read as the standard says", () => {
  const decoder = new Decoder();
  let runs = 0;
  for (const { start, longest, alphabet } of exhaustive) {
    const before = bytesOf(start);
    for (const input of words(bytesOf(alphabet), longest)) {
      const expected = JSON.stringify(referenceOf(joined([before, input])));
      for (let mask = 0; mask < 1 << (input.length - 1); mask++) {
        runs++;
        decoder.reset();
        const decoded = JSON.stringify(decodedFrom(decoder, [before, ...split(input, mask)]));
        if (decoded !== expected) {
          assert.fail(`${start} ${hexOf(input)}, split ${mask}: ${decoded}, not ${expected}`);
        }
      }
    }
  }
  assert.ok(runs > 200_000, `${runs} runs`);
});

function* words(alphabet: Uint8Array, longest: number): Generator<Uint8Array> {
  for (let length = 1; length <= longest; length++) {
    const word = new Uint8Array(length);
    for (let number = 0; number < alphabet.length ** length; number++) {
      let rest = number;
      for (let i = 0; i < length; i++) {
        word[i] = alphabet[rest % alphabet.length] ?? 0;
        rest = Math.floor(rest / alphabet.length);
      }
      yield word;
    }
  }
}

// Bit i of the mask: a cut behind byte i.
function split(bytes: Uint8Array, mask: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (i < bytes.length - 1 && !(mask & (1 << i))) continue;
    pieces.push(bytes.subarray(from, i + 1));
    from = i + 1;
  }
  return pieces;
}

// One PUBLISH with what can follow it, long enough to reach every state of the decoder.
test("every byte value at every place of a stream is refused, or read, as the standard says", () => {
  const stream = bytesOf(
    "20 02 00 00 34 09 00 03 61 C3 A9 00 07 78 79 90 04 00 01 02 80 62 02 00 07 D0 00",
  );
  const decoder = new Decoder({ longestTopic: 65_535 });
  for (let at = 0; at < stream.length; at++) {
    for (let byte = 0; byte < 256; byte++) {
      const changed = stream.slice();
      changed[at] = byte;
      decoder.reset();
      const decoded: readonly Decoded[] = decodedFrom(decoder, [changed]);
      assert.deepEqual(decoded, referenceOf(changed), `${byte} at ${at}`);
    }
  }
});

test("allocates no more than its limit, whatever lengths are announced", () => {
  const decoder = new Decoder();
  const piece = new Uint8Array(1000).fill(0x61);
  const before = process.memoryUsage().arrayBuffers;
  for (let round = 0; round < 2000; round++) {
    decoder.reset();
    decoder.push(bytesOf("20 02 00 00 3D FF FF FF 7F FF FF"));
    while (decoder.next() !== NEEDS_BYTES);
    for (let i = 0; i < 70; i++) {
      decoder.push(piece);
      let event = decoder.next();
      while (event === PAYLOAD && i < 69) {
        decoder.skip();
        event = decoder.next();
      }
      if (event !== NEEDS_BYTES && event !== PAYLOAD)
        while (decoder.next() === PAYLOAD) decoder.skip();
    }
  }
  const after = process.memoryUsage().arrayBuffers;
  assert.ok(after - before < 200_000, `${after - before} bytes`);
});
