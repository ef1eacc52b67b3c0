// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { nearestName } from "../../../modules/settings/nearest-name.ts";

const names = ["board.id", "board.name", "wifi.ssid", "wifi.ssid2", "mqtt.qos", "publish.interval"];

test("the name with the fewest slips is found, and the end of a name alone", () => {
  for (const [wrong, right] of [
    ["wifi.sid", "wifi.ssid"],
    ["wifi.ssid22", "wifi.ssid2"],
    ["WIFI.ssid", undefined],
    ["mqtt.QoS", "mqtt.qos"],
    ["publish.intervall", "publish.interval"],
    ["publish.interval", "publish.interval"],
    ["boardname", "board.name"],
    ["interval", "publish.interval"],
    ["ssid", "wifi.ssid"],
  ] as const) {
    assert.equal(nearestName(wrong, names), right, wrong);
  }
});

test("what is like no name brings none, nor does a name longer than any", () => {
  for (const wrong of ["", "x", "no.such", "toString", "z".repeat(4_000)]) {
    assert.equal(nearestName(wrong, names), undefined, wrong.slice(0, 20));
  }
});
