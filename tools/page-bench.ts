// SPDX-License-Identifier: MIT

// npm run bench:page: frames a second of the page with thirty boards at ten messages a second each, and
// how long the history of fifty boards and thirty days takes to answer. Prints what docs/page.md says.

import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import mqtt from "mqtt";
import { startBroker } from "../hosts/sim/node/broker/broker.ts";
import { quantities } from "../page/board-view.ts";
import { History } from "../page/server/history.ts";
import { startPage } from "../page/server/start-page.ts";
import { startChromium } from "../tests/support/chromium.ts";
import { readToolOptions } from "./tool-options.ts";

readToolOptions({
  command: "npm run bench:page",
  purpose: `Measures the page of thirty boards in Chromium, and the history of fifty boards and thirty days: some
minutes. Prints what docs/page.md says.`,
});

const boards = 30;
const interval = 100;
const minutes = 30 * 24 * 60;
const seconds = 3 * 3_600;

const folder = mkdtempSync(join(tmpdir(), "airpair-page-bench-"));
/** Text, as the loader's names do not exist in the browser. */
const countFrames = `new Promise((done) => {
  const start = performance.now();
  const gaps = [];
  let last = start;
  const step = (time) => {
    gaps.push(time - last);
    last = time;
    if (time - start < 10000) requestAnimationFrame(step);
    else {
      gaps.sort((a, b) => a - b);
      done({ perSecond: gaps.length / 10, longest: gaps[Math.floor(gaps.length * 0.99)] });
    }
  };
  requestAnimationFrame(step);
})`;

async function measureFrames(): Promise<void> {
  const broker = await startBroker(18_830);
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const notice = (text: string) => process.stderr.write(`${text}\n`);
  const where = { host: "127.0.0.1", port: 18_080, folder: join(folder, "live"), source: "bench" };
  const page = await startPage({ ...where, broker: new URL(url), notice });
  const client = await mqtt.connectAsync(url);
  for (let board = 0; board < boards; board++) {
    await client.publishAsync(`airpair/board-${board}/status`, "online", { qos: 1, retain: true });
  }
  let turn = 0;
  let sent = 0;
  const start = performance.now();
  const timer = setInterval(() => {
    turn++;
    for (let board = 0; board < boards; board++, sent++) {
      client.publish(`airpair/board-${board}/reading`, readingOf(board, turn));
    }
  }, interval);
  const browser = await startChromium();
  for (const view of ["Cards", "List"]) {
    const tab = await browser.newPage({ viewport: { width: 1_400, height: 900 } });
    await tab.goto(page.address);
    await tab.getByText(`${boards} online`).waitFor();
    await tab.getByRole("button", { name: view, exact: true }).click();
    await tab.waitForTimeout(2_000);
    const frames = (await tab.evaluate(countFrames)) as { perSecond: number; longest: number };
    const { perSecond, longest } = frames;
    print(`${view}: ${perSecond.toFixed(0)} frames/s, 99 % within ${longest.toFixed(0)} ms`);
    await tab.close();
  }
  clearInterval(timer);
  print(`${Math.round(sent / ((performance.now() - start) / 1_000))} messages/s were sent`);
  await browser.close();
  page.close();
  await client.endAsync(true);
  await broker.close();
}

function readingOf(board: number, turn: number): string {
  const co2 = 500 + ((turn * 7 + board * 31) % 900);
  const climate = { "bmp P": 1_000 + (turn % 20), "dht temp": 20 + (turn % 5), "dht RH": 40 };
  return JSON.stringify({ bench: { co2, voc: turn % 300, ...climate } });
}

function measureHistory(): void {
  const file = join(folder, "history.db");
  const now = Date.now();
  const empty = new History({ file, source: "bench" });
  const ids = Array.from({ length: 50 }, (_, board) => `board-${board}`);
  for (const id of ids) empty.add(id, { time: now - 1_000, values: { co2: 500 } });
  empty.close();
  fill(file, now);
  const begun = performance.now();
  const history = new History({ file, source: "bench" });
  print(
    `An earlier file of that length is brought up: ${(performance.now() - begun).toFixed(0)} ms`,
  );
  for (const [name, length] of [
    ["hour", 3_600_000],
    ["day", 86_400_000],
    ["30 days", 30 * 86_400_000],
  ] as const) {
    const times = ids.map((id) => {
      const start = performance.now();
      const { times: steps } = history.series(id, now - length, now);
      const spent = performance.now() - start;
      // An answer that is fast because it is empty counts nothing.
      if (steps.length < 600) throw new Error(`${name}: ${steps.length} steps`);
      return spent;
    });
    times.sort((a, b) => a - b);
    const [median, worst] = [times[25], times[49]].map((ms) => ms?.toFixed(0));
    print(`History, ${name}: ${median} ms, slowest of 50 boards ${worst} ms`);
  }
  const turns: number[] = [];
  let lines = 0;
  let begunAt = performance.now();
  for (const { times } of history.slices(ids[0] ?? "", now - 30 * 86_400_000, now, 50_000)) {
    lines += times.length;
    turns.push(performance.now() - begunAt);
    begunAt = performance.now();
  }
  const [whole, longest] = [turns.reduce((sum, ms) => sum + ms, 0), Math.max(...turns)];
  print(
    `CSV of 30 days: ${lines} lines, ${whole.toFixed(0)} ms in ${turns.length} turns, the longest ${longest.toFixed(0)} ms`,
  );
  history.close();
  print(`File of 50 boards and 30 days: ${(statSync(file).size / 1e6).toFixed(0)} MB`);
}

/** All minutes of thirty days and all seconds of three hours, for each board. */
function fill(file: string, now: number): void {
  const database = new Database(file);
  const minute = Math.floor(now / 60_000) * 60_000;
  const each = quantities.map((_, n) => `36000 + s.n % 97 * ${n + 1}, 60, 550, 650 + s.n % 50`);
  const whole = quantities.map((_, n) => `600 + s.n % ${40 + n}`);
  const count = (most: number) =>
    `WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < ${most})`;
  database.exec(`BEGIN;
    ${count(minutes)} INSERT OR IGNORE INTO minute
      SELECT number, ${minute} - s.n * 60000, ${each.join(", ")} FROM board, s;
    ${count(seconds)} INSERT OR IGNORE INTO reading
      SELECT number, ${now} - s.n * 1000, ${whole.join(", ")} FROM board, s;
    COMMIT;
    PRAGMA user_version = 0`);
  database.close();
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

try {
  await measureFrames();
  measureHistory();
} finally {
  rmSync(folder, { recursive: true });
}
