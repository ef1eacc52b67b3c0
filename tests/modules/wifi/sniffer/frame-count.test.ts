// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { FrameCount, frameCountLines } from "../../../../modules/wifi/sniffer/frame-count.ts";
import { bytesOf } from "../../../support/hex.ts";

const [beacon, data, rts, ack] = ["80 00", "08 01", "B4 00", "D4 00"];

/** A header with the last two bytes of a transmitter whose others are 02 AA 00 00. */
function frame(control: string | undefined, transmitter: number): Uint8Array {
  const header = bytesOf(`${control} 00 00 FF FF FF FF FF FF 02 AA 00 00 00 00`);
  new DataView(header.buffer, header.byteOffset).setUint16(14, transmitter);
  return header;
}

test("frames are counted by channel and kind, transmitters sorted by their strongest frame", () => {
  const count = new FrameCount();
  count.add(1, frame(beacon, 1), -70);
  count.add(1, frame(data, 1), -60);
  count.add(6, frame(data, 2), -50);
  count.add(6, frame(rts, 1), -80);
  count.add(6, frame(ack, 3), -40);
  count.add(6, new Uint8Array(1), -40);
  count.missed = 7;
  assert.equal(count.channels[1], 2);
  assert.equal(count.channels[6], 4);
  assert.equal(count.others, 2);
  assert.deepEqual(frameCountLines(count), [
    "channel 1: 2 frames",
    "channel 6: 4 frames",
    "7 frames came too fast to be counted",
    "  02AA00000002  -50 dBm  channel 6  0 management, 0 control, 1 data",
    "  02AA00000001  -60 dBm  channel 6  1 management, 1 control, 1 data",
    "  others: 2 frames",
  ]);
});

test("a crowd of transmitters takes no more room than twenty-four, and no frame is lost", () => {
  const count = new FrameCount();
  for (let n = 0; n < 10_000; n++) count.add(1, frame(data, n % 1_000), -50);
  assert.equal(count.transmitters.length, 24);
  assert.equal(count.channels[1], 10_000);
  const told = count.transmitters.reduce((sum, transmitter) => sum + transmitter.data, 0);
  assert.equal(told + count.others, 10_000);
});

test("silence is told", () => {
  assert.deepEqual(frameCountLines(new FrameCount()), ["no frames heard"]);
});
