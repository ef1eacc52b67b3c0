// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { joinPayload, splitPayload } from "../../../hosts/sim/payload.ts";
import { FrameWriter, operations, readFrames } from "../../../hosts/sim/protocol.ts";
import { seededRandom } from "../../support/random.ts";

interface Plain {
  readonly channel: number;
  readonly operation: number;
  readonly handle: number;
  readonly payload: number[];
}

function read(bytes: Uint8Array, head: number): Plain[] {
  const frames: Plain[] = [];
  readFrames(bytes, head, (frame) => {
    frames.push({ ...frame, payload: [...frame.payload] });
  });
  return frames;
}

test("frames of any size come back as they were written, behind the head", () => {
  const random = seededRandom(7);
  const writer = new FrameWriter(16);
  for (let round = 0; round < 20; round++) {
    const frames: Plain[] = [];
    for (let i = 0; i < 10; i++) {
      const payload = Array.from({ length: Math.floor(random() * 700) }, () => i);
      frames.push({ channel: i, operation: 255 - i, handle: 0xffffffff - i, payload });
    }
    for (const { channel, operation, handle, payload } of frames) {
      writer.add(channel, operation, handle, Uint8Array.from(payload));
    }
    assert.deepEqual(read(writer.take(), 16), frames);
    assert.equal(writer.isEmpty, true);
  }
});

test("a payload with a head in JSON is split where it was joined", () => {
  const rest = Uint8Array.from([0, 1, 0, 255]);
  const { head, rest: found } = splitPayload(joinPayload({ path: "mqtt", key: "ü" }, rest));
  assert.deepEqual(head, { path: "mqtt", key: "ü" });
  assert.deepEqual([...found], [0, 1, 0, 255]);
});

test("odd operations go to the firmware, even ones to the Node side", () => {
  const toFirmware = ["boot", "stop", "timerDue", "tcpWritable", "tcpData", "tcpClosed"] as const;
  for (const name of toFirmware) assert.equal(operations[name] % 2, 1, name);
  for (const name of ["exited", "timerSet", "tcpOpen", "serialWrite", "i2cTransfer"] as const) {
    assert.equal(operations[name] % 2, 0, name);
  }
});
