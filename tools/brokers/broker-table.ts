// SPDX-License-Identifier: MIT

import type { Seen } from "./two-boards.ts";

const [begin, end] = ["<!-- brokers -->", "<!-- end of brokers -->"];

const head = [
  "| Broker | Two boards | After its restart | Wrong password | A message that it refuses | QoS 2 |",
  "|---|---|---|---|---|---|",
];

/** One row of the table. */
export function rowOf(name: string, version: string, seen: Seen): string {
  const { delivery, restart, login, refusal, QoS2 } = seen;
  const cells = [`${name} ${version}`, delivery, restart, login, refusal, QoS2];
  return `| ${cells.map((text) => text.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
}

/**
 * A document with the rows of the brokers that were tried, by name; a broker that was not keeps the
 * row it has. Throws an Error when the document has no place for them.
 */
export function withRows(text: string, rows: ReadonlyMap<string, string>): string {
  const [start, stop] = [text.indexOf(begin), text.indexOf(end)];
  if (start < 0 || stop < start) throw new Error("the document has no place for the brokers");
  const old = text.slice(start + begin.length, stop).split("\n");
  const kept = old.filter((line) => line.startsWith("| ") && !line.startsWith("| Broker |"));
  const all = new Map(kept.map((row) => [row.split(" ")[1] ?? "", row]));
  for (const [name, row] of rows) all.set(name, row);
  const table = [...head, ...all.values()].join("\n");
  return `${text.slice(0, start + begin.length)}\n\n${table}\n\n${text.slice(stop)}`;
}
