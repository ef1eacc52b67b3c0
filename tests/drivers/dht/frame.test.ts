// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { type DHTModel, decodeFrame, modelOf } from "../../../drivers/dht/frame.ts";
import { bytesOf } from "../../support/hex.ts";

function decode(hex: string, model: DHTModel = "DHT22") {
  return decodeFrame(bytesOf(hex), model);
}

/** A frame with its checksum. */
function frameOf(...bytes: readonly number[]): Uint8Array {
  return Uint8Array.of(
    ...bytes,
    bytes.reduce((sum, byte) => sum + byte, 0),
  );
}

test("a DHT22's frame is humidity and temperature in tenths, as in the manual's example", () => {
  assert.deepEqual(decode("02 8C 01 5F EE"), { humidity: 65.2, temperature: 35.1 });
  assert.deepEqual(decode("02 92 01 0D A2"), { humidity: 65.8, temperature: 26.9 });
  assert.deepEqual(decode("03 E8 00 00 EB"), { humidity: 100, temperature: 0 });
});

test("all three ways of a DHT22 to say below zero are understood", () => {
  assert.deepEqual(decode("02 8C 80 65 73"), { humidity: 65.2, temperature: -10.1 });
  assert.deepEqual(decode("02 8C FF 9B 28"), { humidity: 65.2, temperature: -10.1 });
  assert.deepEqual(decode("02 8C 0F 9B 38"), { humidity: 65.2, temperature: -10.1 });
  assert.deepEqual(decode("02 8C FF F7 84"), { humidity: 65.2, temperature: -0.9 });
  assert.deepEqual(decode("02 8C 0F F7 94"), { humidity: 65.2, temperature: -0.9 });
});

test("every temperature of a DHT22 comes back in each of its encodings", () => {
  for (let tenths = -400; tenths <= 1_250; tenths++) {
    const encodings = [tenths & 0xffff, tenths & 0x0fff, 0x8000 | -tenths];
    for (const word of tenths < 0 ? encodings : [tenths]) {
      const values = decodeFrame(frameOf(0x02, 0x8c, word >> 8, word & 0xff), "DHT22");
      assert.deepEqual(values, { humidity: 65.2, temperature: tenths / 10 }, `${tenths}`);
    }
  }
});

test("minus zero is zero", () => {
  const values = decode("02 8C 80 00 0E");
  assert.ok(typeof values === "object" && Object.is(values.temperature, 0));
  const old = decode("35 00 00 80 B5", "DHT11");
  assert.ok(typeof old === "object" && Object.is(old.temperature, 0));
});

test("a DHT11 has whole numbers, tenths and a sign where it is new enough", () => {
  assert.deepEqual(decode("35 00 18 00 4D", "DHT11"), { humidity: 53, temperature: 24 });
  assert.deepEqual(decode("35 00 18 04 51", "DHT11"), { humidity: 53, temperature: 24.4 });
  assert.deepEqual(decode("35 00 0A 81 C0", "DHT11"), { humidity: 53, temperature: -10.1 });
});

test("the tenths of a DHT11 whose checksum leaves them out are not believed", () => {
  assert.deepEqual(decode("35 07 18 04 4D", "DHT11"), { humidity: 53, temperature: 24 });
});

test("a damaged frame has no values, whichever bit is wrong", () => {
  assert.equal(decode("02 92 01 0D B2"), "checksum");
  for (let bit = 0; bit < 40; bit++) {
    const frame = bytesOf("02 8C 01 5F EE");
    frame[bit >> 3] = (frame[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.equal(decodeFrame(frame, "DHT22"), "checksum", `bit ${bit}`);
  }
});

test("a line that stays low is no frame of zeros", () => {
  assert.equal(decode("00 00 00 00 00"), "blank");
  assert.equal(decode("00 00 00 00 00", "DHT11"), "blank");
});

test("what no sensor can measure is refused", () => {
  const impossible: readonly (readonly number[])[] = [
    [0x03, 0xe9, 0x01, 0x00],
    [0x02, 0x8c, 0x05, 0x00],
    [0x02, 0x8c, 0x81, 0xf5],
    [0x00, 0x0a, 0x00, 0x01],
    [0x00, 0x0a, 0x00, 0x00],
    [0x00, 0x14, 0x00, 0x00],
  ];
  for (const bytes of impossible) {
    assert.equal(decodeFrame(frameOf(...bytes), "DHT22"), "implausible", `${bytes}`);
  }
  assert.equal(decodeFrame(frameOf(101, 0, 20, 0), "DHT11"), "implausible");
  // A DHT22's frame, taken for a DHT11's.
  assert.equal(decode("02 8C 01 5F EE", "DHT11"), "implausible");
});

test("the first byte tells a DHT22 from a DHT11", () => {
  assert.equal(modelOf(bytesOf("03 E8 00 00 EB")), "DHT22");
  assert.equal(modelOf(bytesOf("05 00 18 00 1D")), "DHT11");
});
