// SPDX-License-Identifier: MIT

import type { FleetRun } from "./fleet-run.ts";

/** What is measured: a broker and a number of boards. */
export interface ScaleCase {
  readonly broker: string;
  readonly boards: number;
}

export interface ScaleRow extends ScaleCase {
  readonly run: FleetRun;
  /** Load of the PC before, as `uptime` says it. */
  readonly load: number;
}

const [begin, end] = ["<!-- fleets: written by npm run scale -->", "<!-- end of fleets -->"];
const head = [
  ...["Broker", "Boards", "sent", "arrived", "lost", "doubled", "reconnects"],
  ...[
    "delay, median",
    "99 % within",
    "longest",
    "all there after",
    "memory",
    "of one core",
    "load before",
  ],
];

function time(ms: number | undefined): string {
  if (ms === undefined) return "–";
  return ms < 1_000 ? `${ms.toFixed(ms < 10 ? 1 : 0)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

/** One row; all figures are of one run. */
export function scaleRow({ broker, boards, run, load }: ScaleRow): string {
  const number = (value: number) => value.toLocaleString("en");
  const cells = [
    broker,
    number(boards),
    ...[run.sent, run.arrived, run.lost, run.doubled, run.reconnects].map(number),
    ...[run.median, run.most, run.longest].map(time),
    `${run.comes.toFixed(0)} s`,
    `${run.memory.toFixed(0)} MB`,
    `${run.processor.toFixed(0)} %`,
    load.toFixed(1),
  ];
  return `| ${cells.join(" | ")} |`;
}

/**
 * A document with these rows, by broker and boards; a row that was not measured stays, unless the machine is
 * another. Throws an Error when there is no place for them.
 */
export function withScaleRows(
  text: string,
  machine: string,
  rows: ReadonlyMap<string, string>,
): string {
  const [start, stop] = [text.indexOf(begin), text.indexOf(end)];
  if (start < 0 || stop < start) throw new Error("the document has no place for the fleets");
  const old = text.slice(start + begin.length, stop);
  const isSame = old.includes(`${machine}\n`);
  const kept = old.split("\n").filter((line) => isSame && /^\| [^|]+ \| [\d,]+ \|/.test(line));
  const all = new Map(kept.map((row) => [keyOf(row), row]));
  for (const row of rows.values()) all.set(keyOf(row), row);
  const rule = `|---|${"---:|".repeat(head.length - 1)}`;
  const table = [`| ${head.join(" | ")} |`, rule, ...[...all.values()].sort(inOrder)].join("\n");
  return `${text.slice(0, start + begin.length)}\n\n${machine}\n\n${table}\n\n${text.slice(stop)}`;
}

/** By broker, then by boards. */
function inOrder(one: string, other: string): number {
  const [first = "", few = ""] = one.split(" | ");
  const [second = "", many = ""] = other.split(" | ");
  if (first !== second) return first < second ? -1 : 1;
  return Number(few.replaceAll(",", "")) - Number(many.replaceAll(",", ""));
}

/** Broker and boards. */
function keyOf(row: string): string {
  return row.split(" | ").slice(0, 2).join(" | ");
}
