// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { AccessPoint } from "../../../hosts/virtual/access-point.ts";
import { AccessPoints, labNetwork } from "../../../hosts/virtual/access-points.ts";
import { createWiFi } from "../../../hosts/virtual/wifi.ts";
import { FakeTime } from "../../support/fake-time.ts";

/** How long a board takes from `connect` to an address, ms, each time that it comes. */
function joinTimes(channel: number | undefined, between: (point: AccessPoint) => void): number[] {
  const time = new FakeTime();
  const accessPoints = new AccessPoints();
  const point = accessPoints.add(new AccessPoint({ ...labNetwork, RSSI: -50 }));
  const WiFi = createWiFi({ accessPoints, time, timers: time, MAC: "02AA000000A1" });
  const times = [1, 2].map(() => {
    const wifi = new WiFi({});
    const { SSID, password } = labNetwork;
    wifi.connect(channel === undefined ? { SSID, password } : { SSID, password, channel });
    const start = time.ticks();
    while (wifi.connection !== 500) time.advance(10);
    wifi.close();
    between(point);
    return time.ticks() - start;
  });
  return times;
}

test("a board that comes back has its address from before after one question", () => {
  const [first = 0, second = 0] = joinTimes(labNetwork.channel, () => {});
  assert.ok(first > 1_000 && first < 1_200, `${first} ms`);
  assert.ok(second > 200 && second < 400, `${second} ms`);
});

test("a network that has other addresses now takes as long as a new one", () => {
  const [first = 0, second = 0] = joinTimes(undefined, (point) => point.renumber("10.0.0"));
  assert.ok(first > 1_400 && first < 1_700, `${first} ms`);
  assert.ok(second > 1_400 && second < 1_700, `${second} ms`);
});
