// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { Bench } from "./ccs811-bench.ts";
import { disturbances, type Noise, runNoise } from "./noise.ts";

const minutes = 40;
const quiet = runNoise({ noise: "NACK", rate: 0, minutes, seed: 1 });
/** A board that asks, as most do, and one whose nINT is wired. */
const wirings = [false, true];

/** Least part of the readings, by part of the transactions that nobody acknowledges. */
const goals = [
  [0.01, 0.995],
  [0.02, 0.995],
  [0.03, 0.995],
  [0.05, 0.995],
  [0.1, 0.99],
] as const;

for (const hasInterrupt of wirings) {
  const way = hasInterrupt ? "with nINT" : "asking";
  test(`single NACKs at a constant rate cost no reading, no reset and no minute of run-in, ${way}`, () => {
    assert.ok(quiet.samples >= minutes * 60 - 12, `${quiet.samples} readings without noise`);
    for (const [rate, part] of hasInterrupt ? goals.slice(-1) : goals) {
      const run = runNoise({ noise: "NACK", rate, minutes, seed: 7, hasInterrupt });
      const { samples, resets, readyAfter, told, violations } = run;
      const note = `${rate * 100} % NACKs`;
      const all = quiet.samples;
      assert.ok(samples >= part * all, `${note}: ${samples} of ${all} readings`);
      assert.equal(resets, 0, note);
      assert.ok(
        readyAfter !== undefined && readyAfter < 20.2,
        `${note}: ready after ${readyAfter}`,
      );
      assert.deepEqual(told, [], note);
      assert.deepEqual(violations, [], note);
    }
  });
}

for (const noise of Object.keys(disturbances) as Noise[]) {
  test(`noise of the kind "${noise}" is told from an outage, at any constant rate up to a tenth`, () => {
    for (const firmware of ["1.1.0", "2.0.0"] as const) {
      for (const rate of [0.02, 0.05, 0.1]) {
        const { samples, resets, readyAfter, violations } = runNoise({
          noise,
          rate,
          minutes,
          seed: 3,
          firmware,
          hasInterrupt: firmware === "1.1.0",
        });
        const note = `${firmware} at ${rate}`;
        // A sample whose bytes were broken on their way can not be had again.
        const least = noise.startsWith("o") ? 0.97 - 2 * rate : 0.99;
        assert.ok(samples >= least * quiet.samples, `${note}: ${samples} of ${quiet.samples}`);
        assert.equal(resets, 0, note);
        assert.ok(readyAfter !== undefined && readyAfter < 20.2, `${note}: ${readyAfter}`);
        assert.deepEqual(violations, [], note);
      }
    }
  });
}

test("three NACKs in a row change nothing in a board that is ready", () => {
  const bench = new Bench();
  const driver = bench.open();
  bench.time.advance(25 * 60_000);
  assert.equal(driver.state.kind, "ready");
  bench.forget();
  bench.bus.inject({ kind: "fail", fault: "nack-address", count: 3, address: 0x5a });
  bench.time.advance(60_000);
  assert.deepEqual(bench.states, []);
  assert.deepEqual(bench.faults, []);
  assert.ok(bench.samples.length >= 58, `${bench.samples.length} samples`);
  assert.equal(driver.counters.softwareResets, 0);
});

test("a wrong bit in STATUS is no fall back to the boot loader, however often the sensor is asked", () => {
  const { counters, readyAfter } = runNoise({
    noise: "one wrong bit",
    rate: 0.1,
    minutes,
    seed: 4,
  });
  assert.deepEqual([counters.dropouts, counters.starts], [0, 1]);
  assert.ok(readyAfter !== undefined && readyAfter < 20.2, `${readyAfter}`);
});
