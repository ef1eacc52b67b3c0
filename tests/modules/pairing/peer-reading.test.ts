// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import {
  decodePeerReading,
  encodePeerReading,
  type PeerReading,
} from "../../../modules/pairing/peer-reading.ts";
import { digitsOf } from "../../support/hex.ts";

const reading: PeerReading = {
  co2: 612,
  voc: 32,
  pressure: 101_325,
  pressureTemperature: -3.4,
  temperature: 21.94,
  humidityPercent: 41.06,
};

test("a reading has the bytes of the document, and comes back to the tenth", () => {
  const bytes = encodePeerReading(reading, 1_795_737_600_123);
  assert.equal(digitsOf(bytes), "3f01a21a4d407b026400202795ffde00db019b");
  assert.deepEqual(decodePeerReading(bytes), {
    co2: 612,
    voc: 32,
    pressure: 101_330,
    pressureTemperature: -3.4,
    temperature: 21.9,
    humidityPercent: 41.1,
    time: 1_795_737_600_123,
  });
});

test("what is missing, is none, or can be said by no sensor is left out", () => {
  const none = { co2: undefined, voc: Number.NaN, pressure: 0, pressureTemperature: 500 };
  const bytes = encodePeerReading(
    { ...reading, ...none, temperature: Number.POSITIVE_INFINITY },
    undefined,
  );
  assert.equal(bytes[0], 0b100000);
  const decoded = decodePeerReading(bytes);
  assert.equal(decoded?.humidityPercent, 41.1);
  assert.deepEqual([decoded?.co2, decoded?.voc, decoded?.time], [undefined, undefined, undefined]);
});

test("bytes of another length, with unknown values or with some out of range are no reading", () => {
  const bytes = encodePeerReading(reading, 1);
  for (let length = 0; length < bytes.length; length++) {
    assert.equal(decodePeerReading(bytes.subarray(0, length)), undefined);
  }
  assert.equal(decodePeerReading(Uint8Array.of(...bytes, 0)), undefined);
  assert.equal(decodePeerReading(Uint8Array.of(0x40, ...bytes.subarray(1))), undefined);
  for (const at of [11, 13, 15, 17]) {
    const wrong = bytes.slice();
    wrong.fill(0x7f, at, at + 2);
    assert.equal(decodePeerReading(wrong), undefined, `at ${at}`);
  }
});
