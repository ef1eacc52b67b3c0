// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { encodeEnvData } from "../../../../drivers/ccs811/encoding/env-data.ts";
import { hexOf } from "../../../support/hex.ts";

function encoded(humidityPercent: number, temperature: number): string {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, encodeEnvData(humidityPercent, temperature));
  return hexOf(bytes);
}

const vectors: readonly (readonly [humidity: number, temperature: number, bytes: string])[] = [
  [50, 25, "64 00 64 00"],
  [48.5, 23.5, "61 00 61 00"],
  [0, -25, "00 00 00 00"],
  [100, 50, "C8 00 96 00"],
  [33.3, 21.7, "42 9A 5D 66"],
  [65.2, 35.1, "82 66 78 33"],
  [55.55, -10.1, "6F 1A 1D CD"],
  [30.1, -30, "3C 33 00 00"],
  [50, 103, "64 00 FF FF"],
  [50, 102.998, "64 00 FF FF"],
];

for (const [humidity, temperature, bytes] of vectors) {
  test(`${humidity} % and ${temperature} °C are ${bytes}`, () => {
    assert.equal(encoded(humidity, temperature), bytes);
  });
}

test("values outside are clamped, never wrapped", () => {
  assert.equal(encoded(128, -273), "C8 00 00 00");
  assert.equal(encoded(-1, 1_000), "00 00 FF FF");
  assert.equal(encoded(100.001, -25.001), "C8 00 00 00");
  assert.equal(encoded(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY), "C8 00 00 00");
});

test("every value is the nearest step, over the whole range", () => {
  for (let i = 0; i <= 4_000; i++) {
    const humidity = i / 40;
    const temperature = -25 + (i * 127) / 4_000;
    const data = encodeEnvData(humidity, temperature);
    assert.ok(Math.abs((data >>> 16) / 512 - humidity) <= 0.5 / 512 + 1e-9);
    assert.ok(Math.abs((data & 0xffff) / 512 - 25 - temperature) <= 0.5 / 512 + 1e-9);
  }
});
