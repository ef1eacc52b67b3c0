// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { FrameCount, frameCountLines } from "../../../modules/wifi/frame-count.ts";

test("frames are counted by channel and kind, transmitters sorted by their strongest frame", () => {
  const count = new FrameCount();
  count.add(1, ["02AA00000001", -70, "management"]);
  count.add(1, ["02AA00000001", -60, "data"]);
  count.add(6, ["02AA00000002", -50, "data"]);
  count.add(6, ["02AA00000001", -80, "control"]);
  count.add(6, ["", -40, "control"]);
  assert.equal(count.channels[1], 2);
  assert.equal(count.channels[6], 3);
  assert.equal(count.others, 1);
  assert.deepEqual(frameCountLines(count), [
    "channel 1: 2 frames",
    "channel 6: 3 frames",
    "  02AA00000002  -50 dBm  channel 6  0 management, 0 control, 1 data",
    "  02AA00000001  -60 dBm  channel 6  1 management, 1 control, 1 data",
    "  others: 1 frames",
  ]);
});

test("a crowd of transmitters takes no more room than twenty-four, and no frame is lost", () => {
  const count = new FrameCount();
  for (let n = 0; n < 10_000; n++) count.add(1, [`MAC ${n % 1_000}`, -50, "data"]);
  assert.equal(count.transmitters.length, 24);
  assert.equal(count.channels[1], 10_000);
  const told = count.transmitters.reduce((sum, { data }) => sum + data, 0);
  assert.equal(told + count.others, 10_000);
});

test("silence is told", () => {
  assert.deepEqual(frameCountLines(new FrameCount()), ["no frames heard"]);
});
