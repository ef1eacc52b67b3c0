// SPDX-License-Identifier: MIT

// Node only: so many frames take long on XS, and there is nothing in them that an engine changes.

import assert from "node:assert/strict";
import test from "node:test";
import { decodePulses } from "../../../drivers/dht/pulse-decoder.ts";
import { seededRandom } from "../../support/random.ts";
import { seedCount } from "../../support/seeds.ts";

/** What a cable and a sensor make of the nominal pulses; all of one frame alike, but for `jitter`. */
interface Cable {
  /** The sensor's clock: how much longer all pulses are than in the manual. */
  readonly clock?: readonly [least: number, most: number];
  /** µs by which rising edges come later than falling ones: high pulses lose what low ones gain. */
  readonly lag?: readonly [least: number, most: number];
  /** µs: each edge is early or late by up to so much. */
  readonly jitter?: number;
  /** µs: the capture counts in such steps. */
  readonly step?: number;
}

const cables: Readonly<Record<string, Cable>> = Object.freeze({
  "a short cable": {},
  "slow edges": { lag: [6, 12] },
  "slow edges and jitter": { lag: [6, 12], jitter: 3 },
  "very slow edges": { lag: [13, 15] },
  "a driver slower than the pull-up": { lag: [-12, -4] },
  "a slow clock": { clock: [1.2, 1.5] },
  "a fast clock": { clock: [0.78, 0.9] },
  "a slow clock behind slow edges": { clock: [1.1, 1.4], lag: [4, 12], jitter: 2 },
  "a coarse capture in noise": { jitter: 4, step: 5 },
});

/** µs: typical, and how far they scatter (AM2302 manual, table 6). */
const pulses = Object.freeze({
  answer: [80, 5],
  low: [50, 2],
  zero: [26, 4],
  one: [70, 2],
} as const);

/** A frame of what a DHT22 can measure, with its checksum. */
function frameOf(random: () => number): Uint8Array {
  const humidity = 1 + Math.floor(random() * 1_000);
  const size = Math.floor(random() * 1_250);
  const temperature = random() < 0.2 ? 0x8000 | (size % 400) : size;
  const bytes = [humidity >> 8, humidity & 0xff, temperature >> 8, temperature & 0xff];
  return Uint8Array.of(...bytes, bytes.reduce((sum, byte) => sum + byte, 0) & 0xff);
}

/** The widths in which the frame arrives. */
function sent(frame: Uint8Array, cable: Cable, random: () => number): Uint16Array {
  const between = ([least, most]: readonly [number, number]) => least + random() * (most - least);
  const clock = between(cable.clock ?? [1, 1]);
  const lag = between(cable.lag ?? [0, 0]);
  const { jitter = 0, step = 1 } = cable;
  const edge = () => between([-jitter, jitter]);
  let before = edge();
  const widths: number[] = [];
  const add = ([typical, scatter]: readonly [number, number]) => {
    const isLow = widths.length % 2 === 0;
    const after = edge();
    const width = between([typical - scatter, typical + scatter]) * clock + (isLow ? lag : -lag);
    widths.push(Math.round((width + after - before) / step) * step);
    before = after;
  };
  add(pulses.answer);
  add(pulses.answer);
  for (let bit = 0; bit < 40; bit++) {
    const isOne = (((frame[bit >> 3] ?? 0) << (bit & 7)) & 0x80) !== 0;
    add(pulses.low);
    add(isOne ? pulses.one : pulses.zero);
  }
  add(pulses.low);
  return Uint16Array.from(widths);
}

const frames = seedCount(20_000);

for (const [name, cable] of Object.entries(cables)) {
  test(`every one of thousands of frames is read right over ${name}`, () => {
    const random = seededRandom(name.length);
    const read = new Uint8Array(5);
    for (let i = 0; i < frames; i++) {
      const frame = frameOf(random);
      const widths = sent(frame, cable, random);
      assert.ok(decodePulses(widths, read), `frame ${i}: ${widths}`);
      assert.deepEqual(read, frame, `frame ${i}: ${widths}`);
    }
  });
}
