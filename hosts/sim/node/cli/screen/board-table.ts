// SPDX-License-Identifier: MIT

import type { BoardValues } from "./board-state.ts";
import { columnsOf, cut, type Row, type Span, type Style } from "./styled-row.ts";

/** What the table shows of a board. */
export interface TableBoard {
  readonly id: string;
  readonly state: Span;
  readonly values: BoardValues;
  /** dBm; undefined: no network is joined. */
  readonly signal: number | undefined;
  /** s since the last reading, in the board's time; undefined: there was none. */
  readonly age: number | undefined;
  readonly sent: number;
  readonly received: number;
  /** The boards with which it is paired. */
  readonly peers: readonly TablePeer[];
  /** "2 people, window open". */
  readonly room: string;
}

/** A paired board. */
export interface TablePeer {
  readonly id: string;
  /** s since its last message, in the board's time; undefined: none came since the start. */
  readonly age: number | undefined;
  readonly isAway: boolean;
}

interface Column {
  readonly title: string;
  /** With the unit, where there is room. */
  readonly unit?: string;
  /** Columns of the terminal that the values take. */
  readonly width: number;
  /** The text begins at the left. */
  readonly isText?: true;
  /** The one with the largest number is left out first; 0 never. */
  readonly rank: number;
  readonly value: (board: TableBoard) => Span;
}

/** Longest id that is shown whole where there is little room. */
const usualId = 14;
const pairedColumns = 16;
/** From this rank on. */
const goodToKnow = 9;
const noValue: Span = { text: "–", style: "dim" };

const columns: readonly Column[] = [
  { title: "STATE", width: 12, isText: true, rank: 0, value: ({ state }) => state },
  {
    title: "CO2",
    unit: "ppm",
    width: 5,
    rank: 0,
    value: ({ values }) => bounded(values.co2, [1_200, 1_750]),
  },
  {
    title: "TVOC",
    unit: "ppb",
    width: 4,
    rank: 1,
    value: ({ values }) => bounded(values.voc, [660, 2_200]),
  },
  { title: "°C", width: 4, rank: 2, value: ({ values }) => number(values.temperature, 1) },
  { title: "%RH", width: 3, rank: 3, value: ({ values }) => number(values.humidity, 0) },
  { title: "hPa", width: 6, rank: 6, value: ({ values }) => number(values.pressure, 1) },
  { title: "dBm", width: 4, rank: 5, value: ({ signal }) => number(signal, 0) },
  { title: "AGE", width: 4, rank: 4, value: ({ age }) => aged(age) },
  { title: "OUT", width: 5, rank: 7, value: ({ sent }) => ({ text: counted(sent) }) },
  { title: "IN", width: 5, rank: 8, value: ({ received }) => ({ text: counted(received) }) },
  {
    title: "PAIRED",
    width: pairedColumns,
    isText: true,
    rank: 9,
    value: ({ peers }) => paired(peers),
  },
  { title: "ROOM", width: 22, isText: true, rank: 10, value: ({ room }) => ({ text: room }) },
];

/** The table's columns for a width: which there are, and the space between them. */
export interface TableForm {
  readonly idColumns: number;
  readonly gap: number;
  readonly columns: readonly Column[];
}

/** Chooses what fits into `width` columns: with room to breathe, then without, then less of it. */
export function tableForm(ids: readonly string[], width: number): TableForm {
  const longest = Math.max("BOARD".length, ...ids.map(columnsOf));
  const byRank = [...columns].sort((a, b) => b.rank - a.rank);
  for (let dropped = 0; dropped <= byRank.length; dropped++) {
    const gone = byRank.slice(0, dropped);
    const short = columns.filter((column) => !gone.includes(column));
    const spacious = [
      [longest, 3, true],
      [longest, 2, true],
    ] as const;
    const tight = [
      [longest, 3],
      [longest, 2],
      [longest, 1],
      [Math.min(longest, usualId), 1],
    ] as const;
    // Units and space matter more than what is only good to know.
    const isTight = short.every(({ rank }) => rank < goodToKnow);
    for (const [idColumns, gap, hasUnits] of [...spacious, ...(isTight ? tight : [])]) {
      const kept = hasUnits ? short.map(withUnit) : short;
      const needed = kept.reduce((sum, column) => sum + gap + column.width, idColumns);
      if (needed <= width) return { idColumns, gap, columns: kept };
    }
  }
  return { idColumns: width, gap: 1, columns: [] };
}

function withUnit(column: Column): Column {
  const { title, unit, width } = column;
  if (unit === undefined) return column;
  const whole = `${title} ${unit}`;
  return { ...column, title: whole, width: Math.max(width, whole.length) };
}

/** The names of the columns. */
export function headRow({ idColumns, gap, columns: shown }: TableForm): Row {
  const cells = shown.map((column) => " ".repeat(gap) + placed(column.title, column));
  return [{ text: "BOARD".padEnd(idColumns).slice(0, idColumns) + cells.join(""), style: "dim" }];
}

export function boardRow(board: TableBoard, form: TableForm, isChosen: boolean): Row {
  const id = cut(board.id, form.idColumns);
  const name: Span = { text: id, style: isChosen ? "chosen" : "bold" };
  const rest = " ".repeat(form.idColumns - columnsOf(id));
  const cells = form.columns.flatMap((column) => {
    const { text, style = "plain" } = column.value(board);
    return [{ text: " ".repeat(form.gap) }, { text: placed(text, column), style }];
  });
  return [name, { text: rest }, ...cells];
}

function placed(text: string, { width, isText }: Column): string {
  const fitted = cut(text, width);
  const space = " ".repeat(width - columnsOf(fitted));
  return isText ? fitted + space : space + fitted;
}

function number(value: number | undefined, decimals: number): Span {
  return value === undefined ? noValue : { text: value.toFixed(decimals) };
}

/** Marked from "moderate" and from "poor" on, by the table of docs/topics.md. */
function bounded(value: number | undefined, [moderate, poor]: readonly [number, number]): Span {
  if (value === undefined) return noValue;
  const style: Style = value > poor ? "bad" : value > moderate ? "doubtful" : "plain";
  return { text: value.toFixed(0), style };
}

function aged(seconds: number | undefined): Span {
  if (seconds === undefined) return noValue;
  return { text: ageText(seconds), style: Math.floor(seconds) >= 30 ? "doubtful" : "plain" };
}

/** "5s", "12m", "3h": four columns. */
function ageText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 100) return `${whole}s`;
  return whole < 6_000 ? `${Math.floor(whole / 60)}m` : `${Math.floor(whole / 3_600)}h`;
}

/** The first peer with the age of its last message, and how many there are beside it. */
function paired([first, ...others]: readonly TablePeer[]): Span {
  if (!first) return noValue;
  const more = others.length > 0 ? ` +${others.length}` : "";
  const age = peerAge(first);
  // The age is what is looked for: a long name gives way.
  const name = cut(first.id, pairedColumns - 1 - age.length - more.length);
  const style: Style = [first, ...others].some(({ isAway }) => isAway) ? "doubtful" : "plain";
  return { text: `${name} ${age}${more}`, style };
}

function peerAge({ age, isAway }: TablePeer): string {
  if (isAway) return "away";
  return age === undefined ? "–" : ageText(age);
}

/** All peers, in a line. */
export function pairsText(peers: readonly TablePeer[]): string {
  return peers.map((peer) => `${peer.id} ${peerAge(peer)}`).join(", ");
}

/** At most five columns: 99999, 123k. */
function counted(count: number): string {
  if (count < 100_000) return `${count}`;
  return count < 1e7 ? `${Math.floor(count / 1e3)}k` : `${Math.floor(count / 1e6)}M`;
}
