// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { createPulseSource } from "../../../hosts/virtual/pulse-source.ts";
import { FakeTime } from "../../support/fake-time.ts";

function build() {
  const time = new FakeTime();
  const answers: (Uint16Array | undefined)[] = [];
  const chip = {
    answer: (startLow: number) => (startLow < 1 ? undefined : Uint16Array.of(80, 80)),
  };
  const io = createPulseSource({ chips: new Map([[4, chip]]), timers: time });
  const listen = (widths: Uint16Array | undefined) => answers.push(widths);
  return { time, io, answers, listen };
}

test("an answer comes after the start signal and its own length, never from inside the call", () => {
  const { time, io, answers, listen } = build();
  new io({ pin: 4 }).capture(2, listen);
  time.advance(6);
  assert.equal(answers.length, 0);
  time.advance(1);
  assert.deepEqual([...(answers[0] ?? [])], [80, 80]);
});

test("silence, and a pin with nothing on it, are told after 20 ms more", () => {
  for (const [pin, startLow] of [
    [4, 0.8],
    [5, 2],
  ] as const) {
    const { time, io, answers, listen } = build();
    new io({ pin }).capture(startLow, listen);
    time.advance(startLow + 19);
    assert.equal(answers.length, 0);
    time.advance(1);
    assert.deepEqual(answers, [undefined]);
  }
});

test("a pin belongs to one instance, and a closed one calls nobody", () => {
  const { time, io, answers, listen } = build();
  const source = new io({ pin: 4 });
  assert.throws(() => new io({ pin: 4 }), /in use/);
  source.capture(2, listen);
  assert.throws(() => source.capture(2, listen), /under way/);
  source.close();
  assert.throws(() => source.capture(2, listen), /closed/);
  assert.equal(time.pending, 0);
  new io({ pin: 4 });
  assert.deepEqual(answers, []);
});
