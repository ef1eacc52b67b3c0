// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { AccessPoint } from "../../../hosts/virtual/access-point.ts";
import { AccessPoints } from "../../../hosts/virtual/access-points.ts";
import { createSniffer } from "../../../hosts/virtual/sniffer.ts";
import {
  formatMAC,
  frameKindOf,
  transmitterOf,
} from "../../../modules/wifi/sniffer/frame-header.ts";
import { FakeTime } from "../../support/fake-time.ts";

function build(channel: number, onFrame: (header: Uint8Array, RSSI: number) => void) {
  const time = new FakeTime();
  const accessPoints = new AccessPoints();
  const add = (SSID: string, on: number, isHidden: boolean) =>
    accessPoints.add(
      new AccessPoint({ SSID, channel: on, RSSI: -60, isHidden, BSSID: `02:00:00:00:00:0${on}` }),
    );
  const [six, one] = [add("six", 6, true), add("one", 1, false)];
  const timers = {
    set: (callback: () => void, delay: number) => time.set(callback, delay),
    clear: (timer: unknown) => time.clear(timer as never),
  };
  const Sniffer = createSniffer({ accessPoints, time, timers });
  return { time, six, one, sniffer: new Sniffer({ channel, onFrame }) };
}

test("beacons come every 102.4 ms, of the channel alone, also of a hidden network", () => {
  const frames: string[] = [];
  const { time } = build(6, (header, RSSI) => {
    assert.ok(RSSI < -50 && RSSI > -80, `${RSSI} dBm`);
    assert.equal(header.length, 16);
    frames.push(`${formatMAC(transmitterOf(header))} ${frameKindOf(header)}`);
  });
  time.advance(10_240);
  const beacons = frames.filter((frame) => frame === "020000000006 management");
  assert.equal(beacons.length, 100);
  const data = frames.filter((frame) => frame === "02B000000006 data").length;
  assert.ok(data > 20 && data < 60, `${data} data frames`);
  assert.equal(frames.filter((frame) => frame === "000000000000 control").length, data);
  assert.equal(frames.length, 100 + 2 * data);
});

test("an access point that is off is not heard", () => {
  let frames = 0;
  const { time, six } = build(6, () => frames++);
  six.isUp = false;
  time.advance(1_000);
  assert.equal(frames, 0);
});

test("a sniffer closed from inside its callback says no more", () => {
  let frames = 0;
  const { time, sniffer } = build(1, () => {
    frames++;
    sniffer.close();
  });
  time.advance(10_000);
  assert.equal(frames, 1);
  assert.equal(time.pending, 0);
});
