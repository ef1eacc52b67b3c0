// SPDX-License-Identifier: MIT

import { CCS811 } from "../../../drivers/ccs811/ccs811.ts";
import type { CCS811Counters } from "../../../drivers/ccs811/runner/chip-context.ts";
import type { BusFault } from "../../../hosts/virtual/bus-fault.ts";
import type { CCS811Firmware } from "../../../hosts/virtual/chips/ccs811-profile.ts";
import type { Random } from "../../../modules/base/clock.ts";
import { seededRandom } from "../../support/random.ts";
import { Bench, room } from "./ccs811-bench.ts";

const minute = 60_000;

/** What noise does to one transaction. */
export type Disturbance = (random: Random) => BusFault;

/** Each kind of noise that comes and goes by itself. */
export const disturbances = Object.freeze({
  /** A byte that nobody acknowledges; the issue of a long wire, or of a busy chip. */
  NACK: (random) => ({ kind: "fail", fault: random() < 0.5 ? "nack-address" : "nack-data" }),
  /** The chip has done what it was told, and only the controller believes that it has not. */
  "late NACK": () => ({ kind: "fail", fault: "nack-data", delivered: true }),
  timeout: (random) => ({ kind: "fail", fault: "timeout", delivered: random() < 0.5 }),
  "one wrong bit": (random) => ({ kind: "corrupt", xor: 1 << Math.floor(random() * 8) }),
  "only ones": () => ({ kind: "corrupt", xor: "ones" }),
} as const satisfies Record<string, Disturbance>);

export type Noise = keyof typeof disturbances;

export interface NoiseOptions {
  readonly noise: Noise;
  /** Part of the transactions that it hits, each by itself, 0–1. */
  readonly rate: number;
  /** Part of the transactions at which a burst begins that hits two to four; default none. */
  readonly bursts?: number;
  /** Simulated minutes. */
  readonly minutes: number;
  readonly seed: number;
  readonly firmware?: CCS811Firmware;
  /** nINT is wired; default false, as on most boards: the sensor is asked. */
  readonly hasInterrupt?: boolean;
}

/** What came through. */
export interface NoiseResult {
  /** Samples with the room's own values. */
  readonly samples: number;
  /** Resets of the sensor and clearings of the bus: none was needed. */
  readonly resets: number;
  /** Minutes after the start at which the sensor was ready; undefined: it was not. */
  readonly readyAfter: number | undefined;
  /** Codes of what was told. */
  readonly told: readonly string[];
  readonly violations: readonly string[];
  readonly counters: CCS811Counters;
}

/** Runs a sensor on a bus with constant noise, with every tool that could be misused. */
export function runNoise(options: NoiseOptions): NoiseResult {
  const { noise, rate, minutes, seed, firmware = "2.0.0", bursts = 0 } = options;
  const { hasInterrupt = false } = options;
  const random = seededRandom(seed);
  let left = 0;
  const isHit = () => {
    if (bursts > 0 && random() < bursts) left = 2 + Math.floor(random() * 3);
    return left-- > 0 || random() < rate;
  };
  const bench = new Bench({
    wired: true,
    clearable: true,
    chip: { firmware, seed, clockFactor: 1 },
  });
  bench.bus.onTransfer = () => (isHit() ? disturbances[noise](random) : undefined);
  let readyAt: number | undefined;
  const { interrupt, ...asking } = bench.options({
    onState: ({ kind }) => {
      if (kind === "ready") readyAt ??= bench.time.ticks();
    },
  });
  const driver = new CCS811(hasInterrupt && interrupt ? { ...asking, interrupt } : asking);
  bench.time.advance(minutes * minute);
  const { counters } = driver;
  driver.close();
  bench.chip.close();
  const isTrue = ({ carbonDioxideDetector }: (typeof bench.samples)[number]) =>
    carbonDioxideDetector?.CO2 === room.CO2;
  return {
    samples: bench.samples.filter(isTrue).length,
    resets: counters.softwareResets + counters.pinResets + counters.busClears,
    readyAfter: readyAt && readyAt / minute,
    told: bench.faults.filter((code) => code !== ""),
    violations: bench.bus.violations,
    counters,
  };
}
