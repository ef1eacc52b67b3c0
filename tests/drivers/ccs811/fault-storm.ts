// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import type { CCS811 } from "../../../drivers/ccs811/ccs811.ts";
import type { DriveMode } from "../../../drivers/ccs811/encoding/drive-mode.ts";
import type { CCS811Counters } from "../../../drivers/ccs811/runner/chip-context.ts";
import type { Random } from "../../../modules/base/clock.ts";
import { seededRandom } from "../../support/random.ts";
import { Bench } from "./ccs811-bench.ts";
import { disturbances, type Noise, runNoise } from "./noise.ts";

const second = 1_000;
const minute = 60 * second;
/**
 * A sensor that does not measure is reset after at most two probes that find nothing wrong with it:
 * three of the longest pauses, the time until two of them are noticed, and a start.
 */
const longestAway = 220 * second;

type Trouble = (bench: Bench, random: Random) => void;

function upTo(random: Random, most: number): number {
  return 1 + Math.floor(random() * most);
}

/** Everything that can happen to a sensor on its wires. */
const troubles: readonly Trouble[] = [
  (bench, random) =>
    bench.bus.inject({ kind: "fail", fault: "nack-address", count: upTo(random, 8) }),
  (bench, random) => bench.bus.inject({ kind: "fail", fault: "nack-data", count: upTo(random, 3) }),
  (bench, random) => {
    const delivered = random() < 0.5;
    bench.bus.inject({ kind: "fail", fault: "timeout", delivered, count: upTo(random, 5) });
  },
  (bench, random) => bench.bus.inject({ kind: "corrupt", xor: "ones", count: upTo(random, 5) }),
  (bench, random) => {
    const xor = Math.floor(random() * 256);
    bench.bus.inject({ kind: "corrupt", xor, count: upTo(random, 5) });
  },
  (bench, random) => {
    bench.bus.inject({ kind: "stretch", microseconds: 4_000 * random(), count: upTo(random, 4) });
  },
  (bench, random) => bench.bus.stickSDA(upTo(random, 9)),
  (bench) => bench.chip.brownOut(),
  (bench) => bench.chip.stall(),
  (bench, random) => bench.chip.registers.raise(Math.floor(random() * 8)),
  (bench, random) => {
    bench.chip.hardwareFaults = Math.floor(random() * 8) << 3;
  },
  (bench, random) => {
    bench.chip.registers.lostStarts = upTo(random, 4);
    bench.chip.brownOut();
  },
  (bench, random) => {
    bench.power(false);
    bench.time.set(() => bench.power(true), random() * minute);
  },
  (bench, random) => {
    bench.chip.readsOnes = true;
    bench.time.set(() => {
      bench.chip.readsOnes = false;
    }, random() * minute);
  },
  (bench) => {
    // Only the reset pin or the supply ends this.
    if (bench.pins.open.length > 0) bench.chip.power.silence();
  },
];

/** Ends what would else last for ever. */
function endTrouble(bench: Bench): void {
  bench.bus.clearFaults();
  bench.power(true);
  bench.chip.hardwareFaults = 0;
  bench.chip.readsOnes = false;
  bench.chip.registers.lostStarts = 0;
}

function checkResumed(bench: Bench, driver: CCS811, note: string): void {
  bench.forget();
  bench.time.advance(20 * second);
  const last = bench.samples.at(-1);
  assert.ok(bench.samples.length >= 15, `${note}: ${bench.samples.length} samples`);
  assert.equal(last?.carbonDioxideDetector?.CO2, 620, note);
  assert.deepEqual(last?.faults, [], note);
  assert.equal(driver.state.kind, "run-in", note);
  assert.deepEqual(bench.faults, [], note);
}

/**
 * Some minutes of random trouble; then, with the trouble over, live samples must come again without
 * anybody touching the sensor. Throws when they do not, when the chip was treated against its
 * datasheet, or when one turn made more than one transaction.
 */
export function runFaultStorm(seed: number): CCS811Counters {
  const note = `seed ${seed}`;
  const random = seededRandom(seed);
  const firmware = random() < 0.5 ? "1.1.0" : "2.0.0";
  const wired = random() < 0.5;
  const bench = new Bench({ wired, clearable: random() < 0.7, chip: { firmware, seed } });
  const mode = (random() < 0.8 ? 1 : 4) as DriveMode;
  const driver = bench.open({ mode });
  for (let i = upTo(random, 8); i > 0; i--) {
    bench.time.advance(random() * random() * 30 * second);
    troubles[Math.floor(random() * troubles.length)]?.(bench, random);
    if (random() < 0.3) driver.configure({ humidityPercent: 100 * random() });
  }
  bench.time.advance(minute);
  endTrouble(bench);
  driver.configure({ mode });
  bench.time.advance(longestAway);
  if (mode === 1) checkResumed(bench, driver, note);
  assert.deepEqual(bench.bus.violations, [], note);
  assert.equal(bench.mostTransfers, 1, note);
  assert.deepEqual(bench.errors, [], note);
  const { counters } = driver;
  driver.close();
  return counters;
}

/**
 * Some minutes of constant noise of a random kind and rate, up to a tenth of all transactions, with
 * bursts in between that hit a few in a row. Throws when it costs readings, or a reset: none is
 * needed.
 */
export function runNoiseStorm(seed: number): void {
  const random = seededRandom(seed);
  const noises = Object.keys(disturbances) as Noise[];
  const noise = noises[Math.floor(random() * noises.length)] ?? "NACK";
  const rate = random() / 10;
  const firmware = random() < 0.5 ? "1.1.0" : "2.0.0";
  const minutes = 10;
  const note = `seed ${seed}: ${noise} at ${rate.toFixed(3)}, firmware ${firmware}`;
  const bursts = random() / 200;
  const { samples, resets } = runNoise({ noise, rate, bursts, minutes, seed, firmware });
  // A result whose bytes were broken on their way can not be had again; any other can.
  const isBreaking = disturbances[noise](random).kind === "corrupt";
  const least = (isBreaking ? 0.97 - 2 * (rate + 3 * bursts) : 0.99) * (60 * minutes - 12);
  assert.ok(samples >= least, `${note}: ${samples} readings, not ${Math.ceil(least)}`);
  assert.equal(resets, 0, `${note}: resets`);
}

/** Runs the storms of many seeds; throws when they did not bring every kind of trouble. */
export function runFaultStorms(from: number, count: number): void {
  const sums: Record<string, number> = {};
  for (let seed = from; seed < from + count; seed++) {
    const counters = runFaultStorm(seed);
    for (const [name, value] of Object.entries(counters)) {
      sums[name] = (sums[name] ?? 0) + (typeof value === "number" ? value : Math.max(...value));
    }
  }
  const missing = Object.keys(sums).filter((name) => sums[name] === 0);
  assert.deepEqual(missing, [], "kinds of trouble that never came");
}
