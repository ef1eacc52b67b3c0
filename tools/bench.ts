// SPDX-License-Identifier: MIT

// npm run bench: what a message costs on XS, in exact counts, and how many go through a real socket
// and a broker in a second, and what the turns of the whole firmware take. Writes
// docs/benchmarks.md; fails when a target is missed.

import { type Benchmark, writeBenchmarks } from "./bench/benchmark-document.ts";
import { bundleCountedSession } from "./bench/counted-session.ts";
import {
  countMessages,
  directions,
  type HeapGrowth,
  levels,
  type MessageCounts,
  measureGrowth,
} from "./bench/counts.ts";
import { measureRates } from "./bench/rates.ts";
import { runFirmware } from "./firmware-run.ts";

/** Messages of each kind that must leave the heap as it was. */
const growthMessages = 100_000;
/** Messages of one timed run, and timed runs of each kind. */
const ratedMessages = 3_000;
const ratedRuns = 9;
/** Least publishes per second in the best run, by QoS. */
const targets = [2_000, 700] as const;

function say(text: string): void {
  process.stdout.write(`measured: ${text}\n`);
}

async function countAll(source: string): Promise<MessageCounts[]> {
  const counts: MessageCounts[] = [];
  for (const direction of directions) {
    for (const QoS of levels) counts.push(await countMessages(source, direction, QoS));
  }
  return counts;
}

async function growAll(source: string): Promise<HeapGrowth[]> {
  const grown: HeapGrowth[] = [];
  for (const direction of directions) {
    for (const QoS of levels) {
      const growth = await measureGrowth(source, { direction, QoS, messages: growthMessages });
      say(
        `${growthMessages} × ${direction} QoS ${QoS}: ${growth.before} slots, ${growth.after} after`,
      );
      grown.push(growth);
    }
  }
  return grown;
}

async function measure(): Promise<Benchmark> {
  const source = await bundleCountedSession();
  const counts = await countAll(source);
  const again = await countAll(source);
  for (const { direction, QoS, compute, allocated, inFlight = 0, waiting = 0 } of counts) {
    say(
      `${direction} QoS ${QoS}: ${compute} compute units, ${allocated} slots allocated, ${inFlight} kept in flight, ${waiting} waiting`,
    );
  }
  const rates = await measureRates(ratedMessages, ratedRuns);
  for (const { direction, QoS, perSecond } of rates) {
    say(`${direction} QoS ${QoS}: best ${perSecond[0]} messages/s of ${perSecond.join(" ")}`);
  }
  const repeats = JSON.stringify(counts) === JSON.stringify(again);
  const growth = await growAll(source);
  return { counts, repeats, rates, growth, firmware: await runFirmware() };
}

function failures({ repeats, rates, growth }: Benchmark): string[] {
  const found = repeats ? [] : ["the counts do not repeat"];
  for (const [QoS, target] of targets.entries()) {
    const rate = rates.find((one) => one.direction === "publish" && one.QoS === QoS);
    const best = rate?.perSecond[0] ?? 0;
    if (best < target) found.push(`QoS ${QoS}: ${best} publishes per second, not ${target}`);
  }
  for (const { direction, QoS, before, after } of growth) {
    if (before !== after) found.push(`${direction} QoS ${QoS}: ${after - before} slots more`);
  }
  return found;
}

const benchmark = await measure().catch((error) => {
  process.stderr.write(`bench: ${error}\n`);
  process.exit(1);
});
writeBenchmarks(benchmark);
for (const failure of failures(benchmark)) {
  process.stderr.write(`bench: ${failure}\n`);
  process.exitCode = 1;
}
// The simulated boards may have left timers behind.
process.exit();
