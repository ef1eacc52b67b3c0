// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type * as FrameSourceModule from "../../../hosts/esp32/sniffer/frame-source.ts";
import type * as FaultsModule from "../../../hosts/moddable/faults.ts";
import { FakeSDKTimer } from "../../support/fake-sdk.ts";
import { bytesOf } from "../../support/hex.ts";
import { importWithSDK } from "../../support/sdk-import.ts";

const beacon = bytesOf("80 00 00 00 FF FF FF FF FF FF 02 AA 00 00 00 01");

/** The functions in C with their habits: one listener, a ring of frames, a radio that may be busy. */
class FakeTap {
  readonly calls: string[] = [];
  refusal: Error | undefined;
  isBusy = false;
  missed = 0;
  /** dBm of the frames that wait. */
  readonly ring: number[] = [];
  #isOpen = false;

  openFrames = () => {
    if (this.refusal) throw this.refusal;
    if (this.#isOpen) throw new Error("somebody listens already");
    this.#isOpen = true;
    this.calls.push("open");
  };

  tuneFrames = (channel: number) => {
    if (!(channel >= 1 && channel <= 13)) throw new RangeError("no channel");
    if (this.isBusy) return false;
    this.calls.push(`channel ${channel}`);
    this.ring.length = 0;
    return true;
  };

  readFrame = (header: Uint8Array) => {
    const RSSI = this.ring.shift();
    if (RSSI !== undefined) header.set(beacon);
    return RSSI;
  };

  missedFrames = () => this.missed;

  closeFrames = () => {
    this.#isOpen = false;
    this.calls.push("close");
  };
}

async function build() {
  const tap = new FakeTap();
  const timer = new FakeSDKTimer();
  const { ESP32FrameSource } = await importWithSDK<typeof FrameSourceModule>(
    "hosts/esp32/sniffer/frame-source.ts",
    { "./frame-tap.js": tap, timer },
  );
  const { Faults } = await importWithSDK<typeof FaultsModule>("hosts/moddable/faults.ts", {});
  const faults = new Faults();
  const told: string[] = [];
  faults.onFault = (where, error) => told.push(`${where}: ${error}`);
  const heard: number[] = [];
  const open = (
    channel: number,
    onFrame = (_header: Uint8Array, RSSI: number) => void heard.push(RSSI),
  ) => new ESP32FrameSource({ channel, onFrame }, faults);
  return { tap, timer, told, heard, open };
}

const withCode = (code: string) => ({ name: "FrameSourceError", code });

test("frames are handed on in turn with their header, and none after close", async () => {
  const { tap, timer, open } = await build();
  const heard: [string, number][] = [];
  const source = open(6, (header, RSSI) => {
    heard.push([[...header].join(), RSSI]);
  });
  tap.ring.push(-60, -61);
  assert.deepEqual(heard, []);
  timer.run();
  const header = beacon.join();
  assert.deepEqual(heard, [
    [header, -60],
    [header, -61],
  ]);
  tap.missed = 4;
  assert.equal(source.missed, 4);
  source.close();
  tap.missed = 0;
  assert.equal(source.missed, 4);
  source.close();
  tap.ring.push(-62);
  timer.run();
  assert.equal(heard.length, 2);
  assert.deepEqual(tap.calls, ["open", "channel 6", "close"]);
  assert.equal(timer.waiting.length, 0);
});

test("a busy channel is handed on in portions, so that the board has time for other things", async () => {
  const { tap, timer, heard, open } = await build();
  const source = open(1);
  for (let n = 0; n < 300; n++) tap.ring.push(-n % 100);
  timer.run();
  assert.equal(heard.length, 128);
  timer.run();
  timer.run();
  assert.equal(heard.length, 300);
  source.close();
});

test("a radio that is still leaving its network is asked again until it goes to the channel", async () => {
  const { tap, timer, heard, open } = await build();
  tap.isBusy = true;
  const source = open(11);
  tap.ring.push(-50);
  timer.run();
  assert.deepEqual(heard, []);
  assert.equal(source.missed, 0);
  tap.isBusy = false;
  timer.run();
  tap.ring.push(-51);
  timer.run();
  assert.deepEqual(heard, [-51]);
  source.close();
  assert.deepEqual(tap.calls, ["open", "channel 11", "close"]);
});

test("a radio that never goes to the channel is told when it is closed, and is let go", async () => {
  const { tap, timer, open } = await build();
  tap.isBusy = true;
  const source = open(3);
  timer.run();
  assert.throws(() => source.close(), withCode("frames/no-channel"));
  source.close();
  assert.deepEqual(tap.calls, ["open", "close"]);
  assert.equal(timer.waiting.length, 0);
});

test("a second listener, a radio that will not and a channel that is none are refused with the reason", async () => {
  const { tap, open } = await build();
  const first = open(1);
  assert.throws(() => open(2), { ...withCode("frames/no-radio"), message: /: somebody listens/ });
  first.close();
  tap.refusal = new Error("error 0x3001 of ESP-IDF");
  assert.throws(() => open(2), { ...withCode("frames/no-radio"), message: /0x3001/ });
  tap.refusal = undefined;
  assert.throws(() => open(14), RangeError);
  open(2).close();
  assert.deepEqual(tap.calls.slice(-5), ["open", "close", "open", "channel 2", "close"]);
});

test("an exception of the callback is told, and the frames after it are handed on", async () => {
  const { tap, timer, told, open } = await build();
  let frames = 0;
  const source = open(1, () => {
    if (++frames === 1) throw new Error("broken");
  });
  tap.ring.push(-60, -61, -62);
  timer.run();
  assert.deepEqual(told, ["wifi: Error: broken"]);
  timer.run();
  assert.equal(frames, 3);
  source.close();
});

test("a source that is closed from inside its callback says no more", async () => {
  const { tap, timer, open } = await build();
  let frames = 0;
  const source = open(1, () => {
    frames++;
    source.close();
  });
  tap.ring.push(-60, -61);
  timer.run();
  assert.equal(frames, 1);
  assert.deepEqual(tap.calls, ["open", "channel 1", "close"]);
});
