// SPDX-License-Identifier: MIT

import { mkdirSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import { setImmediate } from "node:timers/promises";
import Database from "libsql";
import { type Column, type Quantity, quantities, type Series } from "../board-view.ts";
import type { MeasuredValues } from "./board-record.ts";

export interface HistoryOptions {
  readonly file: string;
  /** Whose boards they are: the broker's address; boards of two brokers may have the same name. */
  readonly source: string;
  readonly now?: () => number;
  /** Told in words when the file was damaged and a new one has been begun. */
  readonly onNotice?: (text: string) => void;
}

const minute = 60_000;
const hour = 60 * minute;
const tenMinutes = 10 * minute;
/** Each reading is kept so long, then its minute's mean, least and largest value. */
export const keptWhole = 3 * hour;
export const kept = 30 * 24 * hour;
/** Readings are written together, ms after the first of them. */
const writeDelay = 1_000;
/** Steps that are read at once of a long answer. */
const sliceSteps = 720;
/** Readings that wait for the file; more are lost, oldest first. */
const mostWaiting = 10_000;

const wholeColumns = quantities.map((name) => `${name} REAL`).join(", ");
const minuteColumns = quantities
  .map((name) => `${name}_sum REAL, ${name}_n INTEGER, ${name}_low REAL, ${name}_high REAL`)
  .join(", ");
const merged = (name: string) => `
  CREATE TABLE IF NOT EXISTS ${name} (
    board INTEGER, time INTEGER, ${minuteColumns}, PRIMARY KEY (board, time)) WITHOUT ROWID;`;
const schema = `
  CREATE TABLE IF NOT EXISTS board (
    number INTEGER PRIMARY KEY, source TEXT, id TEXT, UNIQUE (source, id));
  CREATE TABLE IF NOT EXISTS reading (
    board INTEGER, time INTEGER, ${wholeColumns}, PRIMARY KEY (board, time)) WITHOUT ROWID;
  ${merged("minute")}
  ${merged("ten_minutes")}`;
/** Of what is in the file, as SQLite's user_version; 0 had no table of ten minutes. */
const format = 1;

const names = quantities.join(", ");
const places = quantities.map((name) => `@${name}`).join(", ");
const addReading = `INSERT OR IGNORE INTO reading (board, time, ${names})
  VALUES (@board, @time, ${places})`;
const minuteNames = quantities.map((q) => `${q}_sum, ${q}_n, ${q}_low, ${q}_high`).join(", ");
const minutePlaces = quantities
  .map((q) => `ifnull(@${q}, 0), @${q} IS NOT NULL, @${q}, @${q}`)
  .join(", ");
const addTo = (name: string) => `INSERT INTO ${name} (board, time, ${minuteNames})
  VALUES (@board, @time, ${minutePlaces})
  ON CONFLICT (board, time) DO UPDATE SET ${quantities
    .map(
      (q) => `${q}_sum = ${q}_sum + excluded.${q}_sum, ${q}_n = ${q}_n + excluded.${q}_n,
      ${q}_low = min(ifnull(${q}_low, excluded.${q}_low), ifnull(excluded.${q}_low, ${q}_low)),
      ${q}_high = max(ifnull(${q}_high, excluded.${q}_high), ifnull(excluded.${q}_high, ${q}_high))`,
    )
    .join(", ")}`;

const mergeMinutes = `INSERT OR IGNORE INTO ten_minutes (board, time, ${minuteNames})
  SELECT board, time / ${tenMinutes} * ${tenMinutes} AS at, ${quantities
    .map((q) => `sum(${q}_sum), sum(${q}_n), min(${q}_low), max(${q}_high)`)
    .join(", ")} FROM minute GROUP BY board, at`;

type Table = "reading" | "minute" | "ten_minutes";

/** Shortest time between two rows of a table that merges, ms. */
const widths: Readonly<Record<Table, number>> = Object.freeze({
  reading: 1,
  minute,
  ten_minutes: tenMinutes,
});

/** How a question is answered: from which table, and in steps of how many ms. */
export interface SeriesPlan {
  readonly table: Table;
  readonly step: number;
  /** Beginning of the first row that is read, ms since 1970. */
  readonly from: number;
}

/**
 * Chooses the coarsest table that has as many steps as were asked for: a month of minutes, which are
 * 43,200 rows, is never read for a chart. `age`: how long ago `from` is, ms.
 */
export function planOf(
  { from, to, points }: { readonly from: number; readonly to: number; readonly points: number },
  age: number,
): SeriesPlan {
  const wide = Math.max(1_000, Math.ceil((to - from) / points / 1_000) * 1_000);
  if (age <= keptWhole) return { table: "reading", step: wide, from };
  const table = wide >= tenMinutes ? "ten_minutes" : "minute";
  const width = widths[table];
  return {
    table,
    step: Math.ceil(wide / width) * width,
    from: table === "minute" ? from : from - (from % width),
  };
}

function selection(table: Table): string {
  const columns = quantities.map((q) =>
    table === "reading"
      ? `avg(${q}) AS ${q}, min(${q}) AS ${q}_low, max(${q}) AS ${q}_high`
      : `sum(${q}_sum) / nullif(sum(${q}_n), 0) AS ${q}, min(${q}_low) AS ${q}_low, max(${q}_high) AS ${q}_high`,
  );
  return `SELECT time / CAST(@step AS INTEGER) * CAST(@step AS INTEGER) AS at, ${columns.join(", ")} FROM ${table}
    WHERE board = @board AND time >= @from AND time < @to GROUP BY at ORDER BY at`;
}

type Row = Record<string, number | null>;

/**
 * Readings of the last 30 days in a SQLite file: each one of three hours, one row a minute, and one each ten
 * minutes, which are what a long chart is drawn from.
 * What was written stays when the process is killed; at most the last second is lost.
 */
export class History {
  readonly #database: Database.Database;
  readonly #source: string;
  readonly #now: () => number;
  readonly #numbers = new Map<string, number>();
  #waiting: { readonly id: string; readonly reading: MeasuredValues }[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** Throws when nothing can be written there. */
  constructor(options: HistoryOptions) {
    const { file, source, now = Date.now } = options;
    this.#source = source;
    this.#now = now;
    mkdirSync(dirname(file), { recursive: true });
    this.#database = openOrReplace(file, now(), options.onNotice ?? (() => {}));
  }

  add(id: string, reading: MeasuredValues): void {
    this.#waiting.push({ id, reading });
    if (this.#waiting.length > mostWaiting) this.#waiting.shift();
    this.#timer ??= setTimeout(() => this.flush(), writeDelay);
  }

  /** Writes what waits. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#waiting;
    this.#waiting = [];
    if (batch.length === 0) return;
    const insert = this.#database.prepare(addReading);
    const merges = (["minute", "ten_minutes"] as const).map((name) => ({
      width: widths[name],
      statement: this.#database.prepare(addTo(name)),
    }));
    this.#database.transaction(() => {
      for (const { id, reading } of batch) {
        const { time, values } = reading;
        const row: Row = { board: this.numberOf(id), time };
        for (const quantity of quantities) row[quantity] = values[quantity] ?? null;
        // The same reading once more changes nothing.
        if (insert.run(row).changes === 0) continue;
        for (const { width, statement } of merges) {
          statement.run({ ...row, time: time - (time % width) });
        }
      }
    })();
  }

  /** A board's readings from `from` to before `to`, ms since 1970, in at most about `points` steps. */
  series(id: string, from: number, to: number, points = 720): Series {
    this.flush();
    return this.read(id, planOf({ from, to, points }, this.#now() - from), to);
  }

  /** The same in pieces that are read as they are taken: whoever takes a long time lets others between. */
  *slices(id: string, from: number, to: number, points: number): Generator<Series> {
    this.flush();
    const plan = planOf({ from, to, points }, this.#now() - from);
    const length = plan.step * sliceSteps;
    for (let begin = plan.from; begin < to; ) {
      const end = Math.min(to, begin - (begin % plan.step) + length);
      yield this.read(id, { ...plan, from: begin }, end);
      begin = end;
    }
  }

  private read(id: string, { table, step, from }: SeriesPlan, to: number): Series {
    const rows = this.#database
      .prepare(selection(table))
      .all({ board: this.numberOf(id), from, to, step }) as Row[];
    const column = (name: string) => rows.map((row) => row[name] ?? null);
    const columns = Object.fromEntries(
      quantities.map((q) => [
        q,
        { mean: column(q), low: column(`${q}_low`), high: column(`${q}_high`) },
      ]),
    ) as unknown as Record<Quantity, Column>;
    return { times: rows.map(({ at }) => at ?? 0), step, columns };
  }

  /** Forgets what is too old, of one board after the other: others have their turn between. */
  async prune(): Promise<void> {
    const now = this.#now();
    const boards = this.#database.prepare("SELECT number FROM board").all() as Row[];
    for (const { number } of boards) {
      await setImmediate();
      if (!this.#database.open) return;
      const drop = (table: string, age: number) =>
        this.#database
          .prepare(`DELETE FROM ${table} WHERE board = ? AND time < ?`)
          .run(number, now - age);
      drop("reading", keptWhole);
      drop("minute", kept);
      drop("ten_minutes", kept);
    }
  }

  close(): void {
    this.flush();
    this.#database.close();
  }

  private numberOf(id: string): number {
    const known = this.#numbers.get(id);
    if (known !== undefined) return known;
    const key = [this.#source, id] as const;
    this.#database.prepare("INSERT OR IGNORE INTO board (source, id) VALUES (?, ?)").run(...key);
    const row = this.#database
      .prepare("SELECT number FROM board WHERE source = ? AND id = ?")
      .get(...key) as { number: number };
    this.#numbers.set(id, row.number);
    return row.number;
  }
}

function open(file: string, notice: (text: string) => void): Database.Database {
  const database = new Database(file);
  try {
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = NORMAL");
    database.pragma("busy_timeout = 2000");
    database.exec(schema);
    bringUp(database, () =>
      notice(`the history in ${file} is of an earlier version; it is brought up`),
    );
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Gives a file of an earlier page what it lacks; of two pages that begin at once one does it. `onBegin`:
 * there is much to do, some seconds for a file of fifty boards and thirty days.
 */
function bringUp(database: Database.Database, onBegin: () => void): void {
  const ask = database.prepare("PRAGMA user_version");
  const isOld = () => (ask.get() as { user_version: number }).user_version < format;
  if (!isOld()) return;
  database.exec("BEGIN IMMEDIATE");
  try {
    if (isOld()) {
      if (database.prepare("SELECT 1 FROM minute LIMIT 1").get() !== undefined) onBegin();
      database.exec(`${mergeMinutes}; PRAGMA user_version = ${format};`);
    }
    database.exec("COMMIT");
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}

/** A file that is no database is put aside, not deleted. */
function openOrReplace(
  file: string,
  now: number,
  notice: (text: string) => void,
): Database.Database {
  try {
    return open(file, notice);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (!/not a database|malformed|corrupt/i.test(why)) throw error;
    const aside = `${file}.damaged-${now}`;
    renameSync(file, aside);
    notice(`the history in ${file} was damaged (${why}); it is now ${aside}, and a new one begins`);
    return open(file, notice);
  }
}
