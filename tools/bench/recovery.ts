// SPDX-License-Identifier: MIT

import type { Random } from "../../modules/base/clock.ts";
import type { RetryPlan } from "../../modules/mqtt/session/reconnect.ts";
import { Fleet } from "../../tests/support/fleet.ts";
import { seededRandom } from "../../tests/support/random.ts";
import { FixedPlan, FormerPlan } from "./retry-plans.ts";

/** When to try again: the firmware's own way, and others beside it. */
export const plans = Object.freeze({
  airpair: undefined,
  before: (random: Random) => new FormerPlan(random),
  "fixed 1 s": () => new FixedPlan(1_000),
  "fixed 10 s": () => new FixedPlan(10_000),
}) satisfies Readonly<Record<string, ((random: Random) => RetryPlan) | undefined>>;

export type PlanName = keyof typeof plans;
export const planNames = Object.freeze(Object.keys(plans)) as readonly PlanName[];

interface Mishap {
  readonly name: string;
  /** How long the broker is away, ms; undefined: the links go silent instead. */
  readonly away: number | undefined;
  /** Boards publish a reading a second. */
  readonly publishes?: boolean;
  /** Connections that the broker accepts in a second. */
  readonly rate?: number;
  /** Most boards with which it is measured. */
  readonly most?: number;
}

const mishaps: readonly Mishap[] = Object.freeze([
  { name: "links cut", away: 0 },
  { name: "broker away for 5 s", away: 5_000 },
  { name: "broker away for 60 s", away: 60_000 },
  { name: "half-open links", away: undefined, publishes: true, most: 30 },
]);

/** For many boards: a broker that does not take all of them at once. */
const slowMishaps: readonly Mishap[] = Object.freeze([
  { name: "away for 5 s, accepts 200 a second", away: 5_000, rate: 200 },
  { name: "away for 5 s, accepts 20 a second", away: 5_000, rate: 20 },
]);

/** Boards at one broker, and how often it is tried: the more boards, the more each run says. */
const sizes = Object.freeze([
  [1, 200],
  [2, 100],
  [30, 10],
  [1_000, 1],
] as const);

/** How boards came back; all times in s, from the moment at which they could. */
export interface Recovery {
  readonly boards: number;
  readonly mishap: string;
  readonly plan: PlanName;
  readonly median: number;
  readonly p99: number;
  readonly last: number;
  /** Most attempts to connect in a second, and those of each board. */
  readonly peak: number;
  readonly attempts: number;
}

/** Measures all, on simulated time: the same figures each time. */
export function* measureRecoveries(): Generator<Recovery> {
  for (const [boards, runs] of sizes) {
    const all = boards < 1_000 ? mishaps : [...mishaps, ...slowMishaps];
    for (const mishap of all) {
      if (boards > (mishap.most ?? Infinity)) continue;
      for (const plan of planNames) yield measure(boards, runs, mishap, plan);
    }
  }
}

function measure(boards: number, runs: number, mishap: Mishap, plan: PlanName): Recovery {
  const { name, away, rate, publishes = false } = mishap;
  const planOf = plans[plan];
  const reports = Array.from({ length: runs }, (_, run) => {
    const fleet = new Fleet({
      count: boards,
      randomOf: (board) => seededRandom(1 + run * boards + board),
      publishes,
      ...(rate !== undefined && { rate }),
      ...(planOf && { planOf }),
    });
    if (away === undefined) return fleet.halfOpen();
    // A tenth more or less: outages do not end in step with anybody's waits.
    return fleet.restart(Math.round(away * (0.9 + (0.2 * (run + 0.3)) / runs)));
  });
  const times = reports.flatMap((report) => report.times).sort((a, b) => a - b);
  const attempts = reports.reduce((sum, report) => sum + report.attempts, 0);
  return {
    boards,
    mishap: name,
    plan,
    median: times[times.length >> 1] ?? 0,
    p99: times[Math.ceil(0.99 * times.length) - 1] ?? 0,
    last: times.at(-1) ?? 0,
    peak: Math.max(...reports.map(({ peak }) => peak)),
    attempts: attempts / (runs * boards),
  };
}

/** Longest median for one or two boards, s. */
const medianGoals: Readonly<Record<string, number>> = Object.freeze({
  "links cut": 0.5,
  "broker away for 5 s": 1,
  "broker away for 60 s": 3,
  "half-open links": 10,
});
/** For 1,000 boards at a broker that accepts 200 a second. */
const lastGoal = 20;
const peakGoal = 400;

/** What was missed. */
export function failuresOfRecoveries(recoveries: readonly Recovery[]): string[] {
  const own = recoveries.filter(({ plan }) => plan === "airpair");
  const found: string[] = [];
  for (const { boards, mishap, median, last, peak } of own) {
    const goal = boards <= 2 ? medianGoals[mishap] : undefined;
    const what = `${boards} boards, ${mishap}`;
    if (goal !== undefined && !(median < goal))
      found.push(`${what}: median ${median} s, not ${goal}`);
    if (mishap.endsWith("accepts 200 a second")) {
      if (last > lastGoal) found.push(`${what}: all back after ${last} s, not ${lastGoal}`);
      if (peak >= peakGoal) found.push(`${what}: ${peak} attempts in a second, not ${peakGoal}`);
    }
    if (mishap.endsWith("accepts 20 a second")) {
      const before = recoveries.find((one) => one.mishap === mishap && one.plan === "before");
      if (before && last > before.last) {
        found.push(`${what}: all back after ${last} s, before after ${before.last}`);
      }
    }
  }
  return found;
}
