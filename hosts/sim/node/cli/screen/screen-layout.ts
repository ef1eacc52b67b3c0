// SPDX-License-Identifier: MIT

import { boardRow, headRow, pairsText, type TableBoard, tableForm } from "./board-table.ts";
import { entryRows, type LogEntry } from "./fleet-log.ts";
import type { Frame, ScreenSize } from "./frame-painter.ts";
import { columnsOf, fitRow, pieces, type Row } from "./styled-row.ts";

/** A key that does something, and what. */
export interface KeyHint {
  readonly key: string;
  readonly text: string;
}

/** All that a screen is drawn from. */
export interface ScreenModel {
  readonly title: string;
  /** Lines to copy: commands, addresses. */
  readonly copied: readonly { readonly label: string; readonly text: string }[];
  readonly boards: readonly TableBoard[];
  /** Index of the board that keys act on; undefined: on all of them. */
  readonly chosen: number | undefined;
  /** Index of the first board in the table. */
  readonly first: number;
  readonly hints: readonly KeyHint[];
  /** Below the table; or, with `isLog`, in its place. The newest last. */
  readonly entries: readonly LogEntry[];
  /** The entries are the log: of all boards, or of the chosen one. */
  readonly isLog: boolean;
  /** Entries below the last one that is shown. */
  readonly back: number;
  /** What is being typed on the chosen board's console; undefined: no console. */
  readonly typed: string | undefined;
}

const name = "airpair";
/** Rows that the events have at least, where there is room for them. */
const leastEvents = 4;
/** From here on there are empty rows between the parts. */
const roomy = 20;

interface Head {
  readonly rows: readonly Row[];
  readonly continued: readonly number[];
}

/** Boards that the table has room for. */
export function tableRoom(model: ScreenModel, size: ScreenSize): number {
  const { length } = model.boards;
  const fixed = headOf(model, size).rows.length + hintRows(model.hints, size.columns).length + 1;
  const space = size.rows - fixed - (size.rows >= roomy ? 3 : 0);
  return Math.max(1, Math.min(length, space - Math.min(leastEvents, Math.floor(space / 3))));
}

/** Draws a screen: every row fits, and there are no more than the terminal has. */
export function drawScreen(model: ScreenModel, size: ScreenSize): Frame {
  const { columns } = size;
  const head = headOf(model, size);
  const hints = hintRows(model.hints, columns);
  const [title = [], ...copied] = head.rows;
  const place = placeText(model, size);
  const rows: Row[] = [place === "" ? title : withEnd(title, place, columns), ...copied];
  if (size.rows >= roomy) rows.push([]);
  rows.push(...(model.isLog ? chosenRows(model, columns) : tableRows(model, size)));
  const isTyping = model.typed !== undefined;
  const bottom = [...(isTyping ? [promptRow(model.typed ?? "", columns)] : []), ...hints];
  const space = size.rows - rows.length - bottom.length;
  const gap: Row[] = space > 2 && size.rows >= roomy ? [[]] : [];
  const between = Math.max(0, space - 2 * gap.length);
  rows.push(...gap, ...lastEntries(model, { columns, rows: between }), ...gap);
  const cursor = isTyping
    ? {
        row: Math.min(rows.length, size.rows - 1),
        column: Math.min(columns - 1, columnsOf(promptText(model.typed ?? "", columns))),
      }
    : undefined;
  const all = [...rows, ...bottom].slice(0, size.rows).map((row) => fitRow(row, columns));
  return { rows: all, continued: head.continued, cursor };
}

/** The title, and what is to be copied: whole, over several rows if need be. */
function headOf(model: ScreenModel, size: ScreenSize): Head {
  const rows: Row[] = [[{ text: name, style: "bold" }, { text: `  ${model.title}` }]];
  const continued: number[] = [];
  for (const { label, text } of model.copied) {
    const isBeside = columnsOf(label) + 2 + columnsOf(text) <= size.columns;
    if (isBeside) {
      rows.push([
        { text: `${label}  `, style: "dim" },
        { text, style: "bold" },
      ]);
      continue;
    }
    if (size.rows >= roomy) rows.push([{ text: label, style: "dim" }]);
    for (const [index, piece] of pieces(text, size.columns).entries()) {
      if (index > 0) continued.push(rows.length);
      rows.push([{ text: piece, style: "bold" }]);
    }
  }
  return { rows, continued };
}

function tableRows(model: ScreenModel, size: ScreenSize): Row[] {
  const { boards, chosen } = model;
  const room = tableRoom(model, size);
  const first = firstShown(model, room);
  const form = tableForm(
    boards.map(({ id }) => id),
    size.columns,
  );
  const shown = boards.slice(first, first + room);
  return [
    headRow(form),
    ...shown.map((board, index) => boardRow(board, form, first + index === chosen)),
  ];
}

/** The place in the list of boards; empty: all of them are shown. */
function placeText(model: ScreenModel, size: ScreenSize): string {
  const { length } = model.boards;
  const room = tableRoom(model, size);
  if (model.isLog || room >= length) return "";
  const first = firstShown(model, room);
  const rows = `  ${first + 1}–${first + room}`;
  const texts = [`${rows} of ${length} boards ↑↓`, `${rows}/${length} ↑↓`];
  // The name of the program stays in front of it.
  return texts.find((text) => columnsOf(text) + columnsOf(name) <= size.columns) ?? "";
}

function firstShown({ first, boards }: ScreenModel, room: number): number {
  return Math.max(0, Math.min(first, boards.length - room));
}

/** A row with a text at its right end, over what is there. */
function withEnd(row: Row, text: string, columns: number): Row {
  const left = fitRow(row, Math.max(0, columns - columnsOf(text)));
  const used = left.reduce((sum, span) => sum + columnsOf(span.text), 0);
  const space = " ".repeat(Math.max(0, columns - used - columnsOf(text)));
  return [...left, { text: space + text, style: "bold" }];
}

/** Above a log: whose it is. */
function chosenRows({ boards, chosen, back }: ScreenModel, columns: number): Row[] {
  const older = back > 0 ? `, ${back} lines back` : "";
  const board = chosen === undefined ? undefined : boards[chosen];
  if (!board) return [[{ text: `Log of all boards${older}`, style: "bold" }]];
  const form = tableForm([board.id], columns);
  const rows: Row[] = [headRow(form), boardRow(board, form, false)];
  const pairs = pairsText(board.peers);
  if (pairs !== "") rows.push([{ text: "Paired with  ", style: "dim" }, { text: pairs }]);
  return back > 0 ? [...rows, [{ text: `${back} lines back`, style: "dim" }]] : rows;
}

function lastEntries(model: ScreenModel, size: ScreenSize): Row[] {
  const { entries, boards, chosen, isLog, back } = model;
  const longest = Math.max(0, ...boards.map(({ id }) => id.length));
  const isOfOne = isLog && chosen !== undefined;
  // A fifth of a narrow terminal is enough for a name.
  const nameColumns = isOfOne ? 0 : Math.min(longest, Math.max(7, Math.floor(size.columns / 5)));
  const rows: Row[] = [];
  for (let index = entries.length - 1 - back; index >= 0 && rows.length < size.rows; index--) {
    const entry = entries[index];
    const more = entry ? entryRows(entry, size.columns, nameColumns) : [];
    // One that does not fit says nothing without its beginning.
    if (rows.length > 0 && rows.length + more.length > size.rows) break;
    rows.unshift(...more);
  }
  const shown = rows.slice(0, size.rows);
  return [...shown, ...Array.from({ length: size.rows - shown.length }, () => [])];
}

/** The end of what is being typed, when it is longer than the row. */
function promptText(typed: string, columns: number): string {
  let text = `> ${typed}`;
  while (columnsOf(text) >= columns && text.length > 2) text = `> ${text.slice(3)}`;
  return text;
}

function promptRow(typed: string, columns: number): Row {
  return [{ text: promptText(typed, columns), style: "bold" }];
}

/** The keys, in as many rows as they need. */
function hintRows(hints: readonly KeyHint[], columns: number): Row[] {
  const rows: { key: string; text: string }[][] = [];
  let left = 0;
  for (const hint of hints) {
    const width = columnsOf(hint.key) + 1 + columnsOf(hint.text);
    if (width + 2 > left || rows.length === 0) {
      rows.push([]);
      left = columns + 2;
    }
    left -= width + 2;
    rows.at(-1)?.push(hint);
  }
  return rows.map((row) =>
    row.flatMap(({ key, text }, index) => [
      { text: index === 0 ? "" : "  " },
      { text: key, style: "bold" as const },
      { text: ` ${text}`, style: "dim" as const },
    ]),
  );
}
