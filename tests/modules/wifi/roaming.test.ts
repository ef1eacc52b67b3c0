// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { Roaming } from "../../../modules/wifi/roaming.ts";

/** Measures every 2 s from `from` for `ms`; the times at which it wants to look around. */
function measure(roaming: Roaming, RSSI: number, from: number, ms: number): number[] {
  const looks: number[] = [];
  for (let now = from; now < from + ms; now += 2_000) {
    if (roaming.measure(RSSI, now)) looks.push(now);
  }
  return looks;
}

test("a good signal never makes it look around", () => {
  const roaming = new Roaming();
  roaming.joined(0);
  assert.deepEqual(measure(roaming, -74, 0, 3_600_000), []);
});

test("a signal that stays weak makes it look around, at most every five minutes", () => {
  const roaming = new Roaming();
  roaming.joined(0);
  const looks = measure(roaming, -82, 0, 3_600_000);
  assert.ok(looks.length >= 10 && looks.length <= 12, `${looks.length} looks in an hour`);
  for (const [index, at] of looks.entries()) {
    assert.ok(at - (looks[index - 1] ?? 0) >= 300_000, `look at ${at}`);
  }
});

test("one weak moment is no reason", () => {
  const roaming = new Roaming();
  roaming.joined(0);
  measure(roaming, -60, 0, 400_000);
  assert.deepEqual(measure(roaming, -90, 400_000, 10_000), []);
  assert.deepEqual(measure(roaming, -60, 410_000, 400_000), []);
});

test("only a much better network is worth leaving for, and another access point of the same", () => {
  const roaming = new Roaming();
  roaming.joined(0);
  measure(roaming, -80, 0, 20_000);
  const own = { SSID: "home", BSSID: "A" };
  const score = ({ SSID, RSSI }: { SSID: string; RSSI: number }) =>
    SSID === "foreign" ? undefined : RSSI;
  const found = (SSID: string, RSSI: number, BSSID?: string) => {
    return [{ SSID, RSSI, channel: 1, ...(BSSID !== undefined && { BSSID }) }];
  };
  assert.equal(roaming.betterOf(found("attic", -71), own, score), undefined);
  assert.equal(roaming.betterOf(found("attic", -70), own, score), "attic");
  assert.equal(roaming.betterOf(found("foreign", -30), own, score), undefined);
  assert.equal(roaming.betterOf(found("home", -50, "A"), own, score), undefined);
  assert.equal(roaming.betterOf(found("home", -50, "B"), own, score), "home");
  assert.equal(roaming.betterOf(found("home", -50), own, score), undefined);
  const unnamed = { SSID: "home", BSSID: undefined };
  assert.equal(roaming.betterOf(found("home", -50, "B"), unnamed, score), undefined);
});
