// SPDX-License-Identifier: MIT

import type { FlashSize } from "./flash-size.ts";
import { type HeapCount, partsOfClasses, rest } from "./heap-census.ts";

export interface Footprint {
  /** With Wi-Fi, MQTT and readings. */
  readonly online: HeapCount;
  /** The same with the broker away and the outbox full. */
  readonly outage: HeapCount;
  readonly tlsSlots: number;
  /** Without a peer, with one and with eight, all of which are there. */
  readonly peers: readonly { readonly name: string; readonly count: HeapCount }[];
  /** Without a peer, before the portal is opened and while it is open. */
  readonly portal: { readonly closed: HeapCount; readonly open: HeapCount };
  /** What pairing takes of the flash. */
  readonly flash: FlashSize;
}

const begin = "<!-- counted -->";
const end = "<!-- /counted -->";
/** Classes with fewer slots than this, in an outage, are in the table of parts only. */
const fewest = 20;

/**
 * Slots by which two runs may differ: which event comes first is not quite the same in each, an
 * array of a sensor's pulses is the host's before it is the driver's, and a message that was on its
 * way when the broker went is kept for the next connection. The limits of `footprint.ts` are exact.
 */
const tolerance = 24;
/** The same with eight peers, of which one or the other is in the middle of something. */
const toleranceOfEight = 80;
/** Numbers in a row of the table of peers: without one, with one, with eight. */
const peerColumns = 3;

/** Numbers of the rows of all tables, by the words of a row. */
function rowsOf(text: string): Map<string, readonly number[]> {
  const rows = text.split("\n").filter((line) => line.startsWith("| "));
  return new Map(
    rows.map((row) => {
      const cells = row.split("|").map((cell) => cell.trim());
      const isNumber = (cell: string) => /^-?\d+$/.test(cell);
      const words = cells.filter((cell) => !isNumber(cell)).join("|");
      return [words, cells.filter(isNumber).map(Number)];
    }),
  );
}

/** Rows in which a document does not say what was counted, give or take some slots. */
export function rowsThatDiffer(document: string, counted: string): string[] {
  const [written, wanted] = [rowsOf(document), rowsOf(counted)];
  const names = [...new Set([...written.keys(), ...wanted.keys()])];
  const isCurrent = (name: string) => {
    const [a, b] = [written.get(name), wanted.get(name)];
    // A class with few slots may be in the table or not.
    if (!a || !b) return Math.max(...(a ?? b ?? [])) < fewest + tolerance;
    const isNear = (value: number, i: number) =>
      Math.abs(value - (b[i] ?? 0)) <=
      (a.length === peerColumns && i === peerColumns - 1 ? toleranceOfEight : tolerance);
    return a.length === b.length && a.every(isNear);
  };
  const textOf = (numbers: readonly number[] | undefined) => numbers?.join(" ") ?? "nothing";
  return names
    .filter((name) => !isCurrent(name))
    .map((name) => {
      const words = name.split("|").filter((word) => word !== "");
      return `${words.join(", ")}: ${textOf(written.get(name))}, counted ${textOf(wanted.get(name))}`;
    });
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const rule = head.map((_, column) => (column === 0 ? "---" : "---:"));
  return [head, rule, ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

function slotsByPart(count: HeapCount, parts: ReadonlyMap<string, string>): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [name, { slots }] of count.classes) {
    const part = name === rest ? rest : (parts.get(name) ?? "elsewhere");
    sums.set(part, (sums.get(part) ?? 0) + slots);
  }
  return sums;
}

function peerTables({ peers, tlsSlots, flash }: Footprint): string[] {
  const row = (name: string, value: (count: HeapCount) => number) => [
    name,
    ...peers.map(({ count }) => value(count)),
  ];
  return [
    table(
      ["Peers", ...peers.map(({ name }) => name)],
      [
        row("slots on XS beyond the loaded modules", ({ slots }) => slots),
        row("names and lengths of functions", ({ stripped }) => -stripped),
        row("TLS", () => tlsSlots),
        row("**on a board, with peers**", ({ slots, stripped }) => slots - stripped + tlsSlots),
        row("KB of texts, buffers and arrays, on the PC", ({ chunks }) =>
          Math.round(chunks / 1024),
        ),
      ],
    ),
    table(
      ["Pairing in the flash", "KB of bytecode", "slots"],
      [
        [
          "`modules/pairing`, beside what others use too",
          Math.round(flash.bytes / 1024),
          flash.slots,
        ],
      ],
    ),
  ];
}

function portalTable({ portal, tlsSlots }: Footprint): string {
  const onBoard = ({ slots, stripped }: HeapCount) => slots - stripped + tlsSlots;
  const [closed, open] = [onBoard(portal.closed), onBoard(portal.open)];
  return table(
    ["Portal", "closed", "open", "difference"],
    [["**on a board, without peers**", closed, open, open - closed]],
  );
}

/** The document with the tables between its two marks counted anew. */
export function updateDocument(text: string, footprint: Footprint): string {
  const { online, outage, tlsSlots } = footprint;
  const parts = partsOfClasses(".");
  const [now, away] = [slotsByPart(online, parts), slotsByPart(outage, parts)];
  const byPart = [...new Set([...now.keys(), ...away.keys()])]
    .map((part) => [part, now.get(part) ?? 0, away.get(part) ?? 0] as const)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const none = { instances: 0, slots: 0 };
  const byClass = [...new Set([...online.classes.keys(), ...outage.classes.keys()])]
    .filter((name) => name !== rest)
    .map((name) => {
      const [a, b] = [online.classes.get(name) ?? none, outage.classes.get(name) ?? none];
      return [name, parts.get(name) ?? "", a.instances, a.slots, b.instances, b.slots] as const;
    })
    .filter((row) => Math.max(row[3], row[5]) >= fewest)
    .sort((a, b) => b[3] - a[3] || b[5] - a[5] || (a[0] < b[0] ? -1 : 1));
  const onBoard = (count: HeapCount) => count.slots - count.stripped + tlsSlots;
  const tables = [
    table(
      ["", "online", "outage"],
      [
        ["slots on XS beyond the loaded modules", online.slots, outage.slots],
        ["names and lengths of functions", -online.stripped, -outage.stripped],
        ["TLS", tlsSlots, tlsSlots],
        ["**on a board**", onBoard(online), onBoard(outage)],
      ],
    ),
    table(["Part", "online", "outage"], [...byPart, ["**all**", online.slots, outage.slots]]),
    table(["Class", "Part", "instances", "slots", "in an outage", "slots"], byClass),
    ...peerTables(footprint),
    portalTable(footprint),
  ];
  const [head] = text.split(begin);
  const [, tail] = text.split(end);
  return `${head}${begin}\n\n${tables.join("\n\n")}\n\n${end}${tail}`;
}
