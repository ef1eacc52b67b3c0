// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { migrate } from "../../../modules/settings/migrate.ts";
import {
  decodeSettingsRecord,
  encodeSettingsRecord,
  recordFormat,
} from "../../../modules/settings/settings-record.ts";

const record = {
  writes: 0x01020304,
  values: new Map([
    ["wifi.ssid", "Küche = 2 ☕"],
    ["wifi.password", ""],
    ["mqtt.qos", "2"],
  ]),
};

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

test("a record comes back as it was stored, whatever the values hold", () => {
  const decoded = decodeSettingsRecord(bufferOf(encodeSettingsRecord(record, recordFormat)));
  assert.deepEqual(decoded, { kind: "whole", format: recordFormat, record });
});

test("the bytes of a record are those that every later firmware must read", () => {
  const bytes = encodeSettingsRecord(
    { writes: 1, values: new Map([["mqtt.qos", "2"]]) },
    recordFormat,
  );
  assert.deepEqual([...bytes.subarray(0, 5)], [2, 0, 0, 0, 1]);
  assert.equal(new TextDecoder().decode(bytes.subarray(7)), "mqtt.qos=2\n");
});

test("a record with any bit changed, or cut anywhere, is damaged", () => {
  const whole = encodeSettingsRecord(record, recordFormat);
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const bytes = whole.slice();
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.equal(decodeSettingsRecord(bufferOf(bytes)).kind, "damaged", `bit ${bit}`);
  }
  for (let length = 0; length < whole.length; length++) {
    const kind = decodeSettingsRecord(bufferOf(whole.subarray(0, length))).kind;
    assert.equal(kind, "damaged", `${length} bytes`);
  }
});

test("format 0 cut one name after 15 characters; all others stay", () => {
  const old = new Map([
    ["publish.interva", "30"],
    ["console.format", "json"],
  ]);
  assert.deepEqual(
    [...migrate(old, 0)],
    [
      ["publish.interval", "30"],
      ["console.format", "json"],
    ],
  );
  assert.equal(old.has("publish.interval"), false);
});

test("format 1 had the spread in seconds, from which the number of boards follows", () => {
  const boards = (spread: string) =>
    migrate(new Map([["mqtt.spread", spread]]), 1).get("mqtt.boards");
  assert.equal(boards("60"), "1000");
  assert.equal(boards("120"), "2000");
  assert.equal(boards("4"), undefined, "the default will do");
  const values = new Map([
    ["mqtt.qos", "2"],
    ["mqtt.spread", "30"],
  ]);
  assert.deepEqual(
    [...migrate(values, 1)],
    [
      ["mqtt.qos", "2"],
      ["mqtt.boards", "500"],
    ],
  );
  assert.equal(values.get("mqtt.spread"), "30");
});

test("the present format needs no step", () => {
  const values = new Map([["mqtt.qos", "2"]]);
  assert.deepEqual(migrate(values, recordFormat), values);
});
