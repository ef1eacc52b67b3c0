// SPDX-License-Identifier: MIT

import { readFileSync, writeFileSync } from "node:fs";
import { arch, cpus, platform, release } from "node:os";
import type { FirmwareRun } from "../firmware-run.ts";
import { millisecondsOf, turnBudget } from "../turn-costs.ts";
import type { ClientCounts } from "./client-counts.ts";
import type { HeapGrowth, MessageCounts } from "./counts.ts";
import type { PairingCounts } from "./pairing-counts.ts";
import type { Rate } from "./rates.ts";
import { planNames, type Recovery } from "./recovery.ts";

/** What repeats exactly, and takes some seconds. */
export interface BenchmarkCounts {
  readonly counts: readonly MessageCounts[];
  /** A second measurement gave the same counts. */
  readonly repeats: boolean;
  readonly client: ClientCounts;
  /** The SDK's client; undefined without an SDK. */
  readonly sdkClient: ClientCounts | undefined;
  readonly pairing: PairingCounts;
}

export interface Benchmark extends BenchmarkCounts {
  readonly rates: readonly Rate[];
  readonly growth: readonly HeapGrowth[];
  readonly firmware: FirmwareRun;
}

const file = "docs/benchmarks.md";

/** Writes what was measured into the document, between its marks. */
export function writeBenchmarks(benchmark: Benchmark): void {
  writeSections({
    machine: machineText(),
    counts: countsTable(benchmark),
    client: clientTables(benchmark),
    pairing: pairingTable(benchmark.pairing),
    rates: ratesTable(benchmark.rates),
    growth: growthTable(benchmark.growth),
    turns: turnsTable(benchmark.firmware),
    slots: slotsTable(benchmark.firmware),
  });
}

/** Replaces sections of the document; each stands between two marks with its name. */
export function writeSections(sections: Readonly<Record<string, string>>): void {
  let text = readFileSync(file, "utf8");
  for (const [name, section] of Object.entries(sections)) {
    const [begin, end] = [`<!-- ${name}: written by npm run bench -->`, `<!-- end of ${name} -->`];
    const [start, stop] = [text.indexOf(begin), text.indexOf(end)];
    if (start < 0 || stop < start) throw new Error(`${file} has no place for ${name}`);
    text = `${text.slice(0, start + begin.length)}\n\n${section}\n\n${text.slice(stop)}`;
  }
  writeFileSync(file, text);
}

/** Writes what pairing costs. */
export function writePairing(counts: PairingCounts): void {
  writeSections({ pairing: pairingTable(counts) });
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rule = `|${head.map((_, i) => (i === 0 ? "---" : "---:")).join("|")}|`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}

function count(value: number | undefined): string {
  if (value === undefined) return "–";
  return value.toLocaleString("en", { maximumFractionDigits: 1 });
}

/** Writes how boards come back. */
export function writeRecoveries(recoveries: readonly Recovery[]): void {
  const rows: string[][] = [];
  const peaks: string[][] = [];
  const keys = new Set(recoveries.map(({ boards, mishap }) => `${boards}/${mishap}`));
  for (const key of keys) {
    const same = planNames.flatMap((name) =>
      recoveries.filter(
        ({ plan, boards, mishap }) => plan === name && `${boards}/${mishap}` === key,
      ),
    );
    const [{ boards, mishap }] = same as [Recovery];
    const head = [count(boards), mishap];
    rows.push([
      ...head,
      ...same.map(({ median, p99 }) => `${inSeconds(median)} / ${inSeconds(p99)}`),
    ]);
    if (boards < 1_000) continue;
    peaks.push([...head, ...same.map(({ peak, last }) => `${count(peak)}, ${inSeconds(last)}`)]);
  }
  const head = ["Boards", "What happens", ...planNames];
  const text = "Attempts in the busiest second, and seconds until the last board was back:";
  writeSections({ recovery: [table(head, rows), text, table(head, peaks)].join("\n\n") });
}

function inSeconds(value: number): string {
  return value.toFixed(value < 10 ? 1 : 0);
}

export function machineText(): string {
  const list = cpus();
  const model = list[0]?.model.trim() ?? "unknown CPU";
  return `${model}, ${list.length} cores in use, ${platform()} ${release()} (${arch()}), Node ${process.versions.node}`;
}

function countsTable({ counts, repeats }: Benchmark): string {
  const rows = counts.map(({ direction, QoS, compute, allocated, inFlight, waiting }) => [
    `${direction}, QoS ${QoS}`,
    ...[compute, allocated, inFlight, waiting].map(count),
  ]);
  const head = ["Message", "compute units", "slots allocated", "slots in flight", "slots waiting"];
  return `${table(head, rows)}\n\n${againText(repeats)}`;
}

function againText(repeats: boolean): string {
  return repeats
    ? "A second measurement on new machines gave exactly the same counts."
    : "A second measurement gave other counts.";
}

function clientTables({ client, sdkClient }: BenchmarkCounts): string {
  const messages = client.messages.map(({ direction, QoS, compute, allocated }, i) => {
    const other = sdkClient?.messages[i]?.compute;
    const ratio = other === undefined ? "–" : (compute / other).toFixed(2);
    return [`${direction}, QoS ${QoS}`, count(compute), count(allocated), count(other), ratio];
  });
  const heads = ["compute units", "slots allocated", "SDK's client, units", "ratio"];
  const perByte = (cost: number, size: number) => (cost / size).toFixed(2);
  const payloads = client.payloads.map(({ size, send, receive }, i) => {
    const other = sdkClient?.payloads[i];
    return [
      `${count(size)} bytes`,
      count(send),
      perByte(send, size),
      other ? perByte(other.send, size) : "–",
      count(receive),
      perByte(receive, size),
      other ? perByte(other.receive, size) : "–",
    ];
  });
  const head = ["Payload", "sent for", "a byte", "SDK", "received for", "a byte", "SDK"];
  const { emptyWritable, emptyReadable, slots } = client;
  const rest = `Room in the socket and nothing to write: ${count(emptyWritable)} units. Told of bytes and none there:
${count(emptyReadable)} units. A connected client, with the application that measures it: ${count(slots)} slots.`;
  const sdk = sdkClient
    ? "The SDK's client is the one in its examples/io/tcp/mqttclient."
    : "The SDK's client was not measured: MODDABLE did not point at an SDK.";
  return [table(["Message", ...heads], messages), table(head, payloads), rest, sdk].join("\n\n");
}

function pairingTable({ costs, repeats }: PairingCounts): string {
  const rows = costs.map((cost) => [
    cost.name,
    ...[cost.turns, cost.units, cost.largest].map(count),
    millisecondsOf(cost.largest).toFixed(1),
    ...[cost.multiplications, cost.mostInATurn, cost.calls, cost.messages, cost.bytes].map(count),
  ]);
  const head = [
    "What",
    "turns",
    "units",
    "largest turn",
    "estimated ms",
    "X25519",
    "in a turn",
    "other calls",
    "messages",
    "bytes",
  ];
  return `${table(head, rows)}\n\n${againText(repeats)}`;
}

function ratesTable(rates: readonly Rate[]): string {
  const best = ({ perSecond }: Rate) => perSecond[0] ?? 0;
  const rows = rates.map((rate) => {
    const { direction, QoS, perSecond, turnsPerMessage } = rate;
    const base = rates.find((one) => one.direction === direction && one.QoS === 0) ?? rate;
    const median = perSecond[Math.floor(perSecond.length / 2)];
    return [
      `${direction}, QoS ${QoS}`,
      count(best(rate)),
      count(median),
      count(perSecond.at(-1)),
      (best(rate) / best(base)).toFixed(2),
      turnsPerMessage.toFixed(2),
    ];
  });
  const [{ messages, perSecond } = { messages: 0, perSecond: [] }] = rates;
  const head = ["Message", "best/s", "median/s", "worst/s", "best to QoS 0", "turns per message"];
  return `${table(head, rows)}\n\n${perSecond.length} runs of ${count(messages)} messages each.`;
}

function growthTable(growth: readonly HeapGrowth[]): string {
  const rows = growth.map(({ direction, QoS, messages, before, after }) => [
    `${direction}, QoS ${QoS}`,
    ...[messages, before, after, after - before].map(count),
  ]);
  return table(["Message", "messages", "slots before", "slots after", "growth"], rows);
}

function turnsTable({ turns }: FirmwareRun): string {
  const ms = (units: number) => millisecondsOf(units).toFixed(1);
  const rows = turns.kinds.map(({ name, count: times, largest, typical }) => [
    name,
    count(times),
    count(largest),
    ms(largest),
    count(typical),
    ms(typical),
  ]);
  const head = [
    "Event",
    "turns",
    "largest, units",
    "estimated ms",
    "typical, units",
    "estimated ms",
  ];
  const { count: times, largest } = turns.several;
  return `${table(head, rows)}\n\nThe budget is ${count(turnBudget)} units. Besides, ${count(times)} turns in which the simulator had put several\nevents together, at most ${count(largest)} units.`;
}

function slotsTable({ steps, outage }: FirmwareRun): string {
  const base = steps[0]?.slots ?? 0;
  const rows = [...steps, outage].map(({ name, slots }) => [
    name,
    count(slots),
    count(slots - base),
  ]);
  return table(["Moment", "slots in use", "added to the loaded modules"], rows);
}
