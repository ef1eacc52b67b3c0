// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import Database from "libsql";
import { History, kept, keptWhole, planOf } from "../../page/server/history.ts";
import { nodeCommand } from "../support/test-process.ts";

const minute = 60_000;
const now = Date.UTC(2026, 0, 31, 12);

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "airpair-history-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

function historyIn(folder: string, time = now, onNotice?: (text: string) => void): History {
  const file = join(folder, "history.db");
  return new History({ file, source: "test", now: () => time, ...(onNotice && { onNotice }) });
}

test("the last hour comes back reading by reading", (t) => {
  const history = historyIn(folderFor(t));
  for (let n = 0; n < 5; n++) {
    history.add("a", {
      time: now - 5_000 + n * 1_000,
      values: { co2: 600 + n, temperature: 21.5 },
    });
  }
  const { times, step, columns } = history.series("a", now - 60 * minute, now, 3_600);
  assert.equal(step, 1_000);
  assert.deepEqual(
    times,
    [-5, -4, -3, -2, -1].map((s) => now + s * 1_000),
  );
  assert.deepEqual(columns.co2.mean, [600, 601, 602, 603, 604]);
  assert.deepEqual(columns.temperature.mean, [21.5, 21.5, 21.5, 21.5, 21.5]);
  assert.deepEqual(columns.voc.mean, [null, null, null, null, null]);
  history.close();
});

test("a day comes back in minutes with mean, least and largest value", (t) => {
  const history = historyIn(folderFor(t));
  const start = now - 20 * 60 * minute;
  for (const [n, co2] of [600, 700, 650].entries()) {
    history.add("a", { time: start + n * 1_000, values: { co2 } });
  }
  history.add("a", { time: start + minute, values: { voc: 5 } });
  const { times, columns } = history.series("a", now - 24 * 60 * minute, now, 1_440);
  assert.deepEqual(times, [start, start + minute]);
  assert.deepEqual(columns.co2, { mean: [650, null], low: [600, null], high: [700, null] });
  assert.deepEqual(columns.voc.mean, [null, 5]);
  history.close();
});

test("a month comes back in as many steps as were asked for", (t) => {
  const history = historyIn(folderFor(t));
  const start = now - 30 * 24 * 60 * minute;
  for (let n = 0; n < 120; n++) {
    history.add("a", { time: start + n * minute, values: { co2: 600 + n } });
  }
  const { times, step, columns } = history.series("a", start, now, 720);
  assert.equal(step, 60 * minute);
  assert.deepEqual(times, [start, start + 60 * minute]);
  assert.deepEqual(columns.co2, { mean: [629.5, 689.5], low: [600, 660], high: [659, 719] });
  history.close();
});

test("a chart reads at most 11,000 rows of a board, however long it is: not a month of minutes", () => {
  const spans = Array.from({ length: 31 * 24 }, (_, hours) => (hours + 1) * 60 * minute);
  for (const points of [90, 720]) {
    for (const span of spans) {
      const { table, step, from } = planOf({ from: now - span, to: now, points }, span);
      const rowsAnHour = { reading: 3_600, minute: 60, ten_minutes: 6 }[table];
      const rows = ((now - from) / (60 * minute)) * rowsAnHour;
      assert.ok(rows <= 11_000, `${rows} rows of ${table} for ${span / 60 / minute} h`);
      assert.ok(span / step <= points, `${span / step} steps for ${points}`);
    }
  }
});

test("a month is answered from ten minutes, with the same values as its minutes have", (t) => {
  const folder = folderFor(t);
  const history = historyIn(folder);
  const start = now - 29 * 24 * 60 * minute;
  for (let n = 0; n < 600; n++) {
    history.add("a", {
      time: start + n * 1_000,
      values: { co2: 600 + n, ...(n > 300 && { voc: n }) },
    });
  }
  const month = history.series("a", now - 30 * 24 * 60 * minute, now);
  const minutes = history.series("a", start, start + 20 * minute, 2);
  assert.deepEqual(month.times, [start]);
  assert.deepEqual(month.columns, minutes.columns);
  assert.deepEqual(month.columns.co2, { mean: [899.5], low: [600], high: [1_199] });
  assert.deepEqual(month.columns.voc, { mean: [450], low: [301], high: [599] });
  history.close();
  // What is read is those rows, and no minute.
  const database = new Database(join(folder, "history.db"));
  database.exec("DELETE FROM minute");
  database.close();
  const again = historyIn(folder);
  assert.deepEqual(again.series("a", now - 30 * 24 * 60 * minute, now), month);
  again.close();
});

test("a long answer in pieces is the same as at once, and no piece has more than 720 steps", (t) => {
  const history = historyIn(folderFor(t));
  const start = now - 29 * 24 * 60 * minute;
  for (let n = 0; n < 2_000; n++) {
    history.add("a", { time: start + n * minute, values: { co2: 600 + (n % 90) } });
  }
  for (const [from, to] of [
    [start, now],
    [start + 17 * minute + 1, start + 1_900 * minute + 7],
  ] as const) {
    const whole = history.series("a", from, to, 50_000);
    const pieces = [...history.slices("a", from, to, 50_000)];
    assert.deepEqual(
      pieces.flatMap(({ times }) => times),
      whole.times,
    );
    assert.deepEqual(
      pieces.flatMap(({ columns }) => columns.co2.mean),
      whole.columns.co2.mean,
    );
    assert.ok(whole.times.length >= 1_883);
    assert.ok(pieces.every(({ times }) => times.length <= 720));
  }
  history.close();
});

test("a history that is closed while it forgets has no more to do", async (t) => {
  const history = historyIn(folderFor(t));
  history.add("a", { time: now - 1, values: { co2: 500 } });
  history.flush();
  const pruned = history.prune();
  history.close();
  await pruned;
});

test("a file of an earlier page, which has no ten minutes, gets them once", (t) => {
  const folder = folderFor(t);
  const history = historyIn(folder);
  const start = now - 20 * 24 * 60 * minute;
  for (let n = 0; n < 100; n++) {
    history.add("a", { time: start + n * minute, values: { co2: 600 + n } });
  }
  const before = history.series("a", now - kept, now);
  history.close();
  assert.deepEqual(before.columns.co2.mean.length, 2);
  const database = new Database(join(folder, "history.db"));
  database.exec("DROP TABLE ten_minutes; PRAGMA user_version = 0");
  database.close();
  const notices: string[] = [];
  for (let opened = 0; opened < 2; opened++) {
    const again = historyIn(folder, now, (text) => notices.push(text));
    assert.deepEqual(again.series("a", now - kept, now), before);
    again.close();
  }
  assert.match(notices.join("\n"), /^the history in .*history\.db is of an earlier version/);
  assert.equal(notices.length, 1);
});

test("a reading that comes twice counts once", (t) => {
  const history = historyIn(folderFor(t));
  const start = now - 20 * 60 * minute;
  history.add("a", { time: start, values: { co2: 600 } });
  history.add("a", { time: start, values: { co2: 600 } });
  history.add("a", { time: start + 1, values: { co2: 900 } });
  const { columns } = history.series("a", start, now, 10_000);
  assert.deepEqual(columns.co2.mean, [750]);
  history.close();
});

test("boards with one name at two brokers have a history each", (t) => {
  const file = join(folderFor(t), "history.db");
  const [one, two] = ["one", "two"].map((source) => new History({ file, source, now: () => now }));
  one?.add("a", { time: now - 1_000, values: { co2: 500 } });
  assert.equal(one?.series("a", now - minute, now).times.length, 1);
  assert.equal(two?.series("a", now - minute, now).times.length, 0);
  one?.close();
  two?.close();
});

test("readings are forgotten after three hours and minutes after thirty days", async (t) => {
  const folder = folderFor(t);
  const history = historyIn(folder);
  for (const age of [1, keptWhole + 1_000, kept + 120_000]) {
    history.add("a", { time: now - age, values: { co2: 500 } });
  }
  history.flush();
  await history.prune();
  assert.equal(history.series("a", now - keptWhole, now).times.length, 1);
  const month = history.series("a", now - kept - 60 * minute, now, 100_000);
  assert.deepEqual(month.times.length, 2);
  history.close();
});

test("what has been written survives kill -9, and the file can be used at once", async (t) => {
  const folder = folderFor(t);
  const [file, ...args] = nodeCommand("tests/page/history-writer.ts");
  const child = spawn(file, [...args, join(folder, "history.db")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [text] = (await once(child.stdout, "data")) as [Buffer];
  child.kill("SIGKILL");
  await once(child, "close");
  const written = Number(text.toString().split("\n")[0]);
  const history = historyIn(folder);
  const { columns } = history.series("a", now - 60 * minute, now, 3_600);
  assert.ok(columns.co2.mean.length >= written, `${columns.co2.mean.length} of ${written}`);
  history.add("a", { time: now - 1, values: { co2: 1 } });
  history.close();
});

test("a damaged file is put aside, which is said, and a new one is begun", (t) => {
  const folder = folderFor(t);
  writeFileSync(
    join(folder, "history.db"),
    "this is no database, and long enough to be read as one".repeat(40),
  );
  const notices: string[] = [];
  const history = historyIn(folder, now, (text) => notices.push(text));
  history.add("a", { time: now - 1_000, values: { co2: 500 } });
  assert.equal(history.series("a", now - minute, now).times.length, 1);
  history.close();
  assert.match(notices.join(), /was damaged .* a new one begins/);
  assert.ok(readdirSync(folder).includes(`history.db.damaged-${now}`));
});
