// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { Decoder, FAILED } from "../../../../modules/mqtt/codec/decoder.ts";
import { decodedFrom, singleBytes } from "../../../support/decoded.ts";
import { bytesOf } from "../../../support/hex.ts";
import { referenceOf } from "../../../support/reference-decoder.ts";

interface Illegal {
  readonly name: string;
  readonly hex: string;
  readonly statement: string;
  readonly code?: string;
  /** Comes before CONNACK. */
  readonly first?: boolean;
}

const UNEXPECTED = "mqtt/unexpected";
const ANY = "MQTT-4.8.0-1";

const order: readonly Illegal[] = [
  ...["30 03 00 01 61", "40 02 00 01", "62 02 00 01", "90 03 00 01 00", "B0 02 00 01", "D0 00"].map(
    (hex) => ({
      name: `${hex.slice(0, 2)} before CONNACK`,
      hex,
      statement: "MQTT-3.2.0-1",
      code: UNEXPECTED,
      first: true,
    }),
  ),
  { name: "second CONNACK", hex: "20 02 00 00", statement: ANY, code: UNEXPECTED },
  ...["10 0C", "82 05", "A2 05", "C0 00", "E0 00"].map((hex) => ({
    name: `${hex} from a broker`,
    hex,
    statement: ANY,
    code: UNEXPECTED,
  })),
  { name: "reserved type 0", hex: "00 00", statement: ANY },
  { name: "reserved type 15", hex: "F0 00", statement: ANY },
];

const headers: readonly Illegal[] = [
  ...["41", "42", "48", "51", "71", "91", "92", "B1", "B2", "D1", "D8"].map((hex) => ({
    name: `reserved flags of ${hex}`,
    hex,
    statement: "MQTT-2.2.2-2",
  })),
  { name: "reserved flags of CONNACK", hex: "21", statement: "MQTT-2.2.2-2", first: true },
  { name: "PUBREL without its flags", hex: "60", statement: "MQTT-3.6.1-1" },
  { name: "PUBREL with wrong flags", hex: "6A", statement: "MQTT-3.6.1-1" },
  { name: "PUBLISH with QoS 3", hex: "36", statement: "MQTT-3.3.1-4" },
  { name: "PUBLISH with QoS 3 and DUP", hex: "3F", statement: "MQTT-3.3.1-4" },
  { name: "length of five bytes", hex: "30 80 80 80 80", statement: ANY },
  { name: "length of five bytes, the last zero", hex: "30 FF FF FF FF 00", statement: ANY },
  { name: "length of two bytes for 3", hex: "30 83 00", statement: ANY },
  { name: "length of four bytes for 127", hex: "30 FF 80 80 00", statement: ANY },
  { name: "length of two bytes for 0", hex: "D0 80 00", statement: ANY },
];

const lengths: readonly Illegal[] = [
  { name: "CONNACK without bytes", hex: "20 00", statement: ANY, first: true },
  { name: "CONNACK of one byte", hex: "20 01", statement: ANY, first: true },
  { name: "CONNACK with trailing bytes", hex: "20 03 00 00 00", statement: ANY, first: true },
  { name: "PUBACK without id", hex: "40 00", statement: ANY },
  { name: "PUBACK of one byte", hex: "40 01", statement: ANY },
  { name: "PUBACK with trailing bytes", hex: "40 03", statement: ANY },
  { name: "PUBREC with trailing bytes", hex: "50 04", statement: ANY },
  { name: "PUBREL of one byte", hex: "62 01", statement: ANY },
  { name: "PUBCOMP with trailing bytes", hex: "70 80 01", statement: ANY },
  { name: "SUBACK without id", hex: "90 01", statement: ANY },
  { name: "SUBACK without codes", hex: "90 02", statement: "MQTT-3.8.4-5" },
  { name: "UNSUBACK with trailing bytes", hex: "B0 03", statement: ANY },
  { name: "PINGRESP with a byte", hex: "D0 01", statement: ANY },
  { name: "PUBLISH without bytes", hex: "30 00", statement: ANY },
  { name: "PUBLISH of one byte", hex: "30 01", statement: ANY },
];

const bodies: readonly Illegal[] = [
  ...["02", "80", "FF"].map((flags) => ({
    name: `acknowledge flags ${flags}`,
    hex: `20 02 ${flags} 00`,
    statement: ANY,
    first: true,
  })),
  ...["06", "80", "FF"].map((code) => ({
    name: `return code ${code}`,
    hex: `20 02 00 ${code}`,
    statement: "MQTT-3.2.2-6",
    first: true,
  })),
  { name: "refused, session present", hex: "20 02 01 05", statement: "MQTT-3.2.2-4", first: true },
  { name: "PUBACK with id 0", hex: "40 02 00 00", statement: "MQTT-2.3.1-6" },
  { name: "PUBREC with id 0", hex: "50 02 00 00", statement: "MQTT-2.3.1-6" },
  { name: "PUBREL with id 0", hex: "62 02 00 00", statement: "MQTT-2.3.1-6" },
  { name: "PUBCOMP with id 0", hex: "70 02 00 00", statement: "MQTT-4.3.3-2" },
  { name: "SUBACK with id 0", hex: "90 03 00 00 00", statement: "MQTT-2.3.1-7" },
  { name: "UNSUBACK with id 0", hex: "B0 02 00 00", statement: "MQTT-2.3.1-7" },
  ...["03", "04", "7F", "81", "FF"].map((code) => ({
    name: `SUBACK code ${code}`,
    hex: `90 04 00 01 00 ${code}`,
    statement: "MQTT-3.9.3-2",
  })),
  { name: "QoS 1 with id 0", hex: "32 05 00 01 61 00 00", statement: "MQTT-2.3.1-1" },
  { name: "QoS 2 with id 0", hex: "34 06 00 01 61 00 00 61", statement: "MQTT-2.3.1-1" },
  { name: "QoS 1 without id", hex: "32 03 00 01 61", statement: "MQTT-2.3.1-1" },
  { name: "QoS 2 with half an id", hex: "34 04 00 01 61 00", statement: "MQTT-2.3.1-1" },
];

const topics: readonly Illegal[] = [
  { name: "empty topic", hex: "30 02 00 00", statement: "MQTT-4.7.3-1" },
  { name: "empty topic with payload", hex: "30 03 00 00 61", statement: "MQTT-4.7.3-1" },
  { name: "topic longer than the packet", hex: "30 03 00 02 61", statement: "MQTT-3.3.2-1" },
  { name: "longest topic, no room", hex: "30 03 FF FF 61", statement: "MQTT-3.3.2-1" },
  { name: "# in a topic", hex: "30 05 00 03 61 2F 23", statement: "MQTT-3.3.2-2" },
  { name: "+ in a topic", hex: "30 05 00 03 61 2B 62", statement: "MQTT-3.3.2-2" },
  { name: "NUL in a topic", hex: "30 05 00 03 61 00 62", statement: "MQTT-1.5.3-2" },
  ...["80", "C0 80", "C1 BF", "C3", "C3 28", "E0 80 80", "E2 82", "ED A0 80", "ED BF BF"]
    .concat(["F0 80 80 80", "F0 9F 98", "F4 90 80 80", "F5", "F8 88 80 80 80", "FE", "FF"])
    .map((hex) => {
      const length = (hex.length + 1) / 3;
      return {
        name: `topic ${hex}`,
        hex: `30 0${length + 2} 00 0${length} ${hex}`,
        statement: "MQTT-1.5.3-1",
      };
    }),
];

for (const [group, cases] of Object.entries({ order, headers, lengths, bodies, topics })) {
  for (const { name, hex, statement, code = "mqtt/malformed", first = false } of cases) {
    test(`refuses with ${statement} (${group}): ${name}`, () => {
      const bytes = bytesOf(first ? hex : `20 02 00 00 ${hex}`);
      const expected = { type: "error", code, statement } as const;
      assert.deepEqual(decodedFrom(new Decoder(), [bytes]).at(-1), expected);
      assert.deepEqual(decodedFrom(new Decoder(), singleBytes(bytes)).at(-1), expected);
      assert.deepEqual(referenceOf(bytes).at(-1), expected);
    });
  }
}

test("the error names the packet, the rule and the statement, and stays", () => {
  const decoder = new Decoder();
  decoder.push(bytesOf("20 02 00 00 36 00 D0 00"));
  decoder.next();
  assert.equal(decoder.next(), FAILED);
  const { error } = decoder;
  assert.equal(
    error?.message,
    "the broker sent a wrong PUBLISH: both QoS bits are set [MQTT-3.3.1-4]",
  );
  assert.equal(error?.statement, "MQTT-3.3.1-4");
  assert.equal(decoder.next(), FAILED);
  decoder.push(bytesOf("D0 00"));
  assert.equal(decoder.next(), FAILED);
  assert.equal(decoder.error, error);
});

test("what came before an illegal packet is delivered", () => {
  const bytes = bytesOf("20 02 00 00 40 02 00 07 30 03 00 01 61 D0 00 F0");
  const types = decodedFrom(new Decoder(), [bytes]).map((packet) => packet.type);
  assert.deepEqual(types, ["CONNACK", "PUBACK", "PUBLISH", "PINGRESP", "error"]);
});

test("after a reset a failed decoder starts anew", () => {
  const decoder = new Decoder();
  assert.equal(decodedFrom(decoder, [bytesOf("20 02 00 00 30 81")]).length, 1);
  assert.equal(decodedFrom(decoder, [bytesOf("80 80 80 05")]).at(-1)?.type, "error");
  decoder.reset();
  assert.equal(decoder.error, undefined);
  const packets = decodedFrom(decoder, [bytesOf("20 02 01 00 D0 00")]);
  assert.deepEqual(
    packets.map((packet) => packet.type),
    ["CONNACK", "PINGRESP"],
  );
});

test("after a reset in the middle of anything the next stream is read from its start", () => {
  const stream = bytesOf("20 02 00 00 32 08 00 03 61 2F 62 00 01 78 90 03 00 01 02");
  const whole = decodedFrom(new Decoder(), [stream]);
  const decoder = new Decoder();
  for (let cut = 0; cut <= stream.length; cut++) {
    decodedFrom(decoder, [stream.slice(0, cut)]);
    decoder.reset();
    assert.deepEqual(decodedFrom(decoder, [stream]), whole, `cut at ${cut}`);
    decoder.reset();
  }
});
