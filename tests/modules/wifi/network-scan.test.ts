// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { WiFiScanOptions, WiFiScanResult } from "../../../modules/ecma-419/wifi.ts";
import { NetworkScan, type NetworkScanOwner } from "../../../modules/wifi/network-scan.ts";
import { FakeTime } from "../../support/fake-time.ts";

function build() {
  const time = new FakeTime();
  const scans: WiFiScanOptions[] = [];
  const results: (readonly WiFiScanResult[])[] = [];
  const refuse = { next: false };
  const owner: NetworkScanOwner = {
    startScan(options) {
      if (refuse.next) throw new Error("busy");
      scans.push(options);
    },
    isKnown: (SSID) => SSID === "known",
    isImitation: ({ SSID, security }) => SSID === "known" && security === "open",
    scanned: (networks) => results.push(networks),
  };
  const scan = new NetworkScan(owner, time);
  return { time, scans, results, refuse, scan };
}

function found(SSID: string, RSSI: number): WiFiScanResult {
  return { SSID, RSSI, channel: 1 };
}

function namesOf(networks: readonly WiFiScanResult[] | undefined): string[] {
  return (networks ?? []).map(({ SSID, RSSI }) => `${SSID} ${RSSI}`);
}

test("networks are merged by name, strongest first; a nameless one is left out", () => {
  const { scan, scans, results } = build();
  scan.start();
  for (const result of [found("a", -70), found("b", -60), found("a", -50), found("", -30)]) {
    scans[0]?.onFound?.(result);
  }
  scans[0]?.onFound?.(found("a", -80));
  scans[0]?.onComplete?.();
  assert.deepEqual(namesOf(results[0]), ["a -50", "b -60"]);
});

test("an imitation does not hide the true network of its name, however strong it is", () => {
  const { scan, scans, results } = build();
  scan.start();
  scans[0]?.onFound?.({ ...found("known", -30), security: "open" });
  scans[0]?.onFound?.({ ...found("known", -80), security: "WPA2" });
  scans[0]?.onFound?.({ ...found("known", -20), security: "open" });
  scans[0]?.onComplete?.();
  assert.deepEqual(namesOf(results[0]), ["known -80"]);
});

test("the sixteen strongest are kept, and a known one however weak it is", () => {
  const { scan, scans, results } = build();
  scan.start();
  for (let n = 0; n < 20; n++) scans[0]?.onFound?.(found(`n${n}`, -60 - n));
  scans[0]?.onFound?.(found("known", -95));
  scans[0]?.onFound?.(found("strong", -30));
  scans[0]?.onFound?.(found("weak", -99));
  scans[0]?.onComplete?.();
  const names = namesOf(results[0]);
  assert.equal(names.length, 16);
  assert.equal(names[0], "strong -30");
  assert.equal(names[15], "known -95");
  assert.equal(names[14], "n13 -73");
});

test("a scan that never ends is ended after ten seconds, and what comes later is not heard", () => {
  const { time, scan, scans, results } = build();
  scan.start();
  scans[0]?.onFound?.(found("a", -70));
  time.advance(10_000);
  assert.deepEqual(results.map(namesOf), [["a -70"]]);
  scan.start();
  scans[0]?.onFound?.(found("late", -40));
  scans[0]?.onComplete?.();
  assert.equal(results.length, 1);
  scans[1]?.onComplete?.();
  scans[1]?.onComplete?.();
  assert.deepEqual(results.map(namesOf), [["a -70"], []]);
});

test("a second start joins the scan that goes on; a cancelled scan says nothing", () => {
  const { time, scan, scans, results } = build();
  scan.start();
  scan.start();
  assert.equal(scans.length, 1);
  scan.cancel();
  scans[0]?.onComplete?.();
  time.advance(20_000);
  assert.deepEqual(results, []);
  assert.equal(time.pending, 0);
});

test("a radio that refuses leaves no scan behind", () => {
  const { time, scan, refuse } = build();
  refuse.next = true;
  assert.throws(() => scan.start(), /busy/);
  assert.equal(scan.isRunning, false);
  assert.equal(time.pending, 0);
  refuse.next = false;
  scan.start();
  assert.equal(scan.isRunning, true);
});
