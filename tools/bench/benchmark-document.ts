// SPDX-License-Identifier: MIT

import { readFileSync, writeFileSync } from "node:fs";
import { arch, cpus, platform, release } from "node:os";
import type { HeapGrowth, MessageCounts } from "./counts.ts";
import type { Rate } from "./rates.ts";

export interface Benchmark {
  readonly counts: readonly MessageCounts[];
  /** A second measurement gave the same counts. */
  readonly repeats: boolean;
  readonly rates: readonly Rate[];
  readonly growth: readonly HeapGrowth[];
}

const file = "docs/benchmarks.md";

/** Writes what was measured into the document, between its marks. */
export function writeBenchmarks(benchmark: Benchmark): void {
  writeSections({
    machine: machineText(),
    counts: countsTable(benchmark),
    rates: ratesTable(benchmark.rates),
    growth: growthTable(benchmark.growth),
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

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rule = `|${head.map((_, i) => (i === 0 ? "---" : "---:")).join("|")}|`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}

function count(value: number | undefined): string {
  if (value === undefined) return "–";
  return value.toLocaleString("en", { maximumFractionDigits: 1 });
}

function machineText(): string {
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
  const again = repeats
    ? "A second measurement on new machines gave exactly the same counts."
    : "A second measurement gave other counts.";
  return `${table(head, rows)}\n\n${again}`;
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
