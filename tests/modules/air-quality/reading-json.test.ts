// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { type Reading, readingText } from "../../../modules/air-quality/reading.ts";
import {
  decodeReading,
  describeReading,
  encodeReading,
} from "../../../modules/air-quality/reading-json.ts";

const full: Reading = {
  co2: 412,
  voc: 30,
  pressure: 101_234,
  pressureTemperature: 23.2,
  temperature: 23.6,
  humidityPercent: 41.7,
  ticks: 1,
};
const empty: Reading = {
  co2: undefined,
  voc: undefined,
  pressure: undefined,
  pressureTemperature: undefined,
  temperature: undefined,
  humidityPercent: undefined,
  ticks: 1,
};

test("a full reading has exactly the JSON of the course", () => {
  assert.equal(
    encodeReading("office_sensor", full),
    '{"office_sensor":{"co2":412,"voc":30,"bmp P":1012,"bmp temp":23,"dht temp":24,"dht RH":42}}',
  );
});

test("a value that is missing or is no number is left out", () => {
  assert.equal(encodeReading("x", { ...empty, voc: 0 }), '{"x":{"voc":0}}');
  assert.equal(
    encodeReading("x", { ...full, co2: Number.NaN, pressure: undefined }),
    '{"x":{"voc":30,"bmp temp":23,"dht temp":24,"dht RH":42}}',
  );
  assert.equal(encodeReading("x", empty), '{"x":{}}');
});

test("what was encoded is decoded", () => {
  assert.deepEqual(decodeReading(encodeReading("a b", full)), {
    name: "a b",
    values: { co2: 412, voc: 30, "bmp P": 1012, "bmp temp": 23, "dht temp": 24, "dht RH": 42 },
  });
});

test("a payload that is no reading is refused with the reason", () => {
  const cases: [string, RegExp][] = [
    ["", /not of the form/],
    ["{", /not of the form/],
    ["null", /not of the form/],
    ["[1]", /not of the form/],
    ["{}", /not of the form/],
    ['{"a}', /not of the form/],
    ['{"a\\":{}}', /not of the form/],
    ["{a:{}}", /not of the form/],
    ['{"a":}', /not JSON/],
    ['{"a":{"co2":1,}}', /not JSON/],
    ['{"\\x":{}}', /not JSON/],
    ['{"a":{},"b":{}}', /not JSON/],
    ['{"a":{}}}', /not JSON/],
    ['{"a":[1]}', /not an object/],
    ['{"a":"co2"}', /not an object/],
    ['{"a":5}', /not an object/],
    ['{"a":null}', /not an object/],
    ['{"a":{"co2":"412"}}', /"co2" is not a number/],
    ['{"a":{"voc":null}}', /"voc" is not a number/],
    // The parser of XS would use up the stack of a board, which then starts again.
    [`{"a":{"x":${"[".repeat(1_000)}`, /nested too deeply/],
    [`{"a":${'{"x":'.repeat(20)}1${"}".repeat(21)}`, /nested too deeply/],
  ];
  for (const [payload, why] of cases) {
    const decoded = decodeReading(payload);
    assert.match("refused" in decoded ? decoded.refused : "accepted", why, payload);
  }
});

test("a reading of nonsense is refused: no sensor has such values", () => {
  const cases: [string, string][] = [
    ['"co2":1e400', '"co2" is not from 0 to 65535'],
    ['"co2":-1', '"co2" is not from 0 to 65535'],
    ['"voc":-1e400', '"voc" is not from 0 to 65535'],
    ['"voc":65536', '"voc" is not from 0 to 65535'],
    ['"bmp P":0', '"bmp P" is not from 300 to 1250'],
    ['"bmp P":101325', '"bmp P" is not from 300 to 1250'],
    ['"bmp temp":-273', '"bmp temp" is not from -45 to 130'],
    ['"dht temp":1000', '"dht temp" is not from -45 to 130'],
    ['"dht RH":101', '"dht RH" is not from 0 to 100'],
    ['"dht RH":-1', '"dht RH" is not from 0 to 100'],
    ['"co2":400,"time":5', '"time" is no time'],
    ['"co2":400,"time":"yesterday"', '"time" is no time'],
  ];
  for (const [values, refused] of cases) {
    assert.deepEqual(decodeReading(`{"a":{${values}}}`), { refused }, values);
  }
});

test("the ends of what sensors can measure are no nonsense", () => {
  for (const values of [
    { co2: 0, voc: 0, "bmp P": 300, "bmp temp": -45, "dht temp": -45, "dht RH": 0 },
    { co2: 65_535, voc: 65_535, "bmp P": 1_250, "bmp temp": 130, "dht temp": 130, "dht RH": 100 },
  ]) {
    assert.deepEqual(decodeReading(JSON.stringify({ a: values })), { name: "a", values });
  }
});

test("a name may hold anything that JSON allows, and white space does not matter", () => {
  const decoded = decodeReading(' { "a \\"b\\" \\u00fc" : { "co2" : 4e2 } } ');
  assert.deepEqual(decoded, { name: 'a "b" ü', values: { co2: 400 } });
});

test("values that nobody knows are ignored", () => {
  assert.deepEqual(decodeReading('{"a":{"co2":400,"x":"y","__proto__":1}}'), {
    name: "a",
    values: { co2: 400 },
  });
});

test("the console's line names each value with its unit and leaves out what is missing", () => {
  assert.equal(readingText(full), "co2 412 ppm  voc 30 ppb  P 1012.3 hPa  T 23.6 °C  RH 41.7 %");
  assert.equal(readingText({ ...empty, voc: 3, pressureTemperature: 20 }), "voc 3 ppb  T 20.0 °C");
  assert.equal(readingText(empty), "no values yet");
  const gas = (mark: string) => ({ marks: [mark], current: 12, voltage: 1 });
  assert.equal(readingText({ ...empty, gas: gas("warming") }), "co2 – warming up");
  assert.equal(
    readingText({ ...empty, gas: gas("HEATER_FAULT"), temperature: 20 }),
    "co2 – HEATER_FAULT  T 20.0 °C",
  );
  assert.equal(readingText({ ...full, gas: gas("READ_REG_INVALID") }), readingText(full));
});

test("a reading that will arrive late carries its time, which comes back", () => {
  const payload = encodeReading("hall", { ...empty, co2: 400 }, Date.UTC(2026, 0, 2, 3, 4, 5));
  assert.equal(payload, '{"hall":{"co2":400,"time":"2026-01-02T03:04:05.000Z"}}');
  const time = Date.UTC(2026, 0, 2, 3, 4, 5);
  assert.deepEqual(decodeReading(payload), { name: "hall", values: { co2: 400 }, time });
  assert.deepEqual(describeReading(payload), { text: "co2 400 ppm", time });
});
