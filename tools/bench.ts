// SPDX-License-Identifier: MIT

// npm run bench: what a message costs on XS, in exact counts, and how many go through a real socket
// and a broker in a second, and what the turns of the whole firmware take.

import {
  type Benchmark,
  type BenchmarkCounts,
  writeBenchmarks,
  writePairing,
  writeRecoveries,
} from "./bench/benchmark-document.ts";
import { type ClientCounts, countClient } from "./bench/client-counts.ts";
import {
  bundleCountedClient,
  bundleCountedSession,
  bundleSDKClient,
} from "./bench/counted-session.ts";
import {
  countMessages,
  directions,
  type HeapGrowth,
  levels,
  type MessageCounts,
  measureGrowth,
} from "./bench/counts.ts";
import { countPairing, type PairingCounts } from "./bench/pairing-counts.ts";
import { measureRates } from "./bench/rates.ts";
import { failuresOfRecoveries, measureRecoveries, type Recovery } from "./bench/recovery.ts";
import { measureHandshakes } from "./bench/tls-handshakes.ts";
import { runFirmware } from "./firmware-run.ts";
import { readToolOptions } from "./tool-options.ts";
import { turnBudget } from "./turn-costs.ts";

const { option } = readToolOptions({
  command: "npm run bench",
  purpose: `Counts and measures what messages cost, and how boards come back, which takes minutes, and writes
docs/benchmarks.md. Fails when a target is missed.`,
  options: {
    counts: "only the exact counts: some seconds, writes nothing",
    recovery: "only how boards come back, on simulated time",
    pairing: "only what pairing costs: some seconds",
  },
});

/** Messages of each kind that must leave the heap as it was. */
const growthMessages = 100_000;
/** Messages of one timed run, and timed runs of each kind. */
const ratedMessages = 3_000;
const ratedRuns = 9;
/** Least publishes per second in the best run, by QoS. */
const targets = [2_000, 700] as const;
/** Most compute units of a QoS 0 message of the bare client. */
const clientTargets = { publish: 1_200, receive: 2_600 } as const;
/** Most compute units for each byte of a payload, from 10 KB on. */
const perByteTarget = 1.5;

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

/** What a reconnect saves when it resumes the TLS of the connection before. */
async function sayHandshakes(): Promise<void> {
  const handshakes = await measureHandshakes();
  if (typeof handshakes === "string") {
    say(`TLS handshakes were not measured: ${handshakes}`);
    return;
  }
  for (const { version, full, resumed } of handshakes) {
    const ratio = (full.time / resumed.time).toFixed(1);
    say(
      `${version} with a client certificate: ${full.turns} turns, resumed ${resumed.turns}; mbedTLS takes ${ratio} times as long, the longest turn ${(full.longest / resumed.longest).toFixed(1)} times`,
    );
  }
}

async function countEverything(): Promise<BenchmarkCounts> {
  const source = await bundleCountedSession();
  const counts = await countAll(source);
  const again = await countAll(source);
  for (const { direction, QoS, compute, allocated, inFlight = 0, waiting = 0 } of counts) {
    say(
      `${direction} QoS ${QoS}: ${compute} compute units, ${allocated} slots allocated, ${inFlight} kept in flight, ${waiting} waiting`,
    );
  }
  const client = await countClient(await bundleCountedClient());
  const sdk = await bundleSDKClient();
  const sdkClient = sdk === undefined ? undefined : await countClient(sdk);
  sayClient(client, sdkClient);
  const pairing = await countAllOfPairing();
  const repeats = JSON.stringify(counts) === JSON.stringify(again);
  return { counts, repeats, client, sdkClient, pairing };
}

/** What a pair, its keys and its messages cost. */
async function countAllOfPairing(): Promise<PairingCounts> {
  const pairing = await countPairing();
  for (const { name, turns, units, largest, multiplications, messages, bytes } of pairing.costs) {
    say(
      `${name}: ${units} compute units in ${turns} turns, at most ${largest}; ${multiplications} multiplications, ${messages} messages, ${bytes} bytes`,
    );
  }
  return pairing;
}

function failuresOfPairing({ costs, repeats }: PairingCounts): string[] {
  const found = repeats ? [] : ["the counts of pairing do not repeat"];
  for (const { name, largest, mostInATurn, isBoot } of costs) {
    if (mostInATurn > 1) found.push(`${name}: ${mostInATurn} multiplications in a turn`);
    if (largest > turnBudget && !isBoot) {
      found.push(`${name}: a turn takes ${largest} units, not ${turnBudget}`);
    }
  }
  return found;
}

function sayClient(client: ClientCounts, sdk: ClientCounts | undefined): void {
  const beside = (own: number, other: number | undefined) =>
    other === undefined ? `${own}` : `${own} (SDK ${other}, ratio ${(own / other).toFixed(2)})`;
  for (const [i, { direction, QoS, compute, allocated }] of client.messages.entries()) {
    const cost = beside(compute, sdk?.messages[i]?.compute);
    say(
      `bare client, ${direction} QoS ${QoS}: ${cost} compute units, ${allocated} slots allocated`,
    );
  }
  for (const [i, { size, send, receive }] of client.payloads.entries()) {
    const other = sdk?.payloads[i];
    const perByte = [send, receive].map((cost) => (cost / size).toFixed(2)).join(" and ");
    say(
      `bare client, ${size} bytes: sent for ${beside(send, other?.send)}, received for ${beside(receive, other?.receive)}; ${perByte} a byte`,
    );
  }
  say(
    `bare client, room and nothing to write: ${beside(client.emptyWritable, sdk?.emptyWritable)}`,
  );
  say(`bare client, told of bytes and none there: ${client.emptyReadable}`);
  say(`bare client, connected: ${beside(client.slots, sdk?.slots)} slots`);
  if (!sdk) say("the SDK's client was not measured: MODDABLE does not point at an SDK");
}

async function measure(counted: BenchmarkCounts): Promise<Benchmark> {
  const source = await bundleCountedSession();
  const rates = await measureRates(ratedMessages, ratedRuns);
  for (const { direction, QoS, perSecond } of rates) {
    say(`${direction} QoS ${QoS}: best ${perSecond[0]} messages/s of ${perSecond.join(" ")}`);
  }
  const growth = await growAll(source);
  return { ...counted, rates, growth, firmware: await runFirmware() };
}

function failuresOfCounts({ repeats, client, pairing }: BenchmarkCounts): string[] {
  const found = repeats ? [] : ["the counts do not repeat"];
  found.push(...failuresOfPairing(pairing));
  for (const { direction, QoS, compute } of client.messages) {
    const target = clientTargets[direction];
    if (QoS === 0 && compute > target) {
      found.push(`bare client, ${direction} QoS 0: ${compute} units, not ${target}`);
    }
  }
  for (const { size, send, receive } of client.payloads) {
    if (size < 10_000 || Math.max(send, receive) <= perByteTarget * size) continue;
    found.push(`bare client, ${size} bytes: more than ${perByteTarget} units a byte`);
  }
  return found;
}

function failuresOfRates({ rates, growth }: Benchmark): string[] {
  const found: string[] = [];
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

/** How boards come back; writes it. */
function measureComingBack(): string[] {
  const recoveries: Recovery[] = [];
  for (const recovery of measureRecoveries()) {
    recoveries.push(recovery);
    const { boards, mishap, plan, median, p99, last, peak, attempts } = recovery;
    say(
      `${boards} boards, ${mishap}, ${plan}: back after ${median.toFixed(2)} s (median), ${p99.toFixed(2)} s (99 %), ${last.toFixed(2)} s (last); at most ${peak} attempts a second, ${attempts.toFixed(1)} each`,
    );
  }
  writeRecoveries(recoveries);
  return failuresOfRecoveries(recoveries);
}

/** What pairing costs; writes it. */
async function measurePairing(): Promise<string[]> {
  const pairing = await countAllOfPairing();
  writePairing(pairing);
  return failuresOfPairing(pairing);
}

async function run(): Promise<string[]> {
  if (option === "recovery") return measureComingBack();
  if (option === "pairing") return await measurePairing();
  const counted = await countEverything();
  const found = failuresOfCounts(counted);
  await sayHandshakes();
  if (option === "counts") return found;
  const benchmark = await measure(counted);
  writeBenchmarks(benchmark);
  return [...found, ...failuresOfRates(benchmark), ...measureComingBack()];
}

const failures = await run().catch((error) => [`${error}`]);
for (const failure of failures) {
  process.stderr.write(`bench: ${failure}\n`);
  process.exitCode = 1;
}
// The simulated boards may have left timers behind.
process.exit();
