// SPDX-License-Identifier: MIT

// What thirty boards with ten messages a second each are for the browser, counted and not timed: how fast
// the machine is, and what else it does, changes nothing. `npm run bench:page` has the frames a second.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import mqtt from "mqtt";
import { startBroker } from "../../hosts/sim/node/broker/broker.ts";
import { startPage } from "../../page/server/start-page.ts";
import { startChromium, withoutChromium } from "../support/chromium.ts";

const skip = withoutChromium;

const boards = 30;
const rounds = 50;
/** Shortest time between two changes that the server sends, and between two drawings of ages, ms. */
const [pause, ageing] = [100, 1_000];

/** Text, as the loader's names do not exist in the browser. */
const countDrawings = `
  window.drawings = 0;
  const request = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (draw) => request((time) => { window.drawings++; draw(time); });`;
const countChanges = `
  window.changes = 0;
  window.drawings = 0;
  window.begun = performance.now();
  new MutationObserver((records) => { window.changes += records.length; }).observe(
    document.getElementById("boards"),
    { subtree: true, childList: true, characterData: true, attributes: true });`;
const counted = "({ drawings, changes, time: performance.now() - begun })";

interface Counted {
  readonly drawings: number;
  readonly changes: number;
  /** ms. */
  readonly time: number;
}

test("ten messages a second of thirty boards are ten drawings a second at most, of what has changed, each with one layout", {
  skip,
  timeout: 180_000,
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "airpair-page-work-"));
  const broker = await startBroker(18_840);
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const own = { host: "127.0.0.1", port: 18_090, folder, source: "test" };
  const server = await startPage({ ...own, broker: new URL(url), notice: (s) => t.diagnostic(s) });
  const client = await mqtt.connectAsync(url);
  const browser = await startChromium();
  t.after(async () => {
    await browser.close();
    server.close();
    await client.endAsync(true);
    await broker.close();
    rmSync(folder, { recursive: true });
  });
  for (let board = 0; board < boards; board++) {
    await client.publishAsync(`airpair/b${board}/status`, "online", { qos: 1, retain: true });
  }
  const page = await browser.newPage({ viewport: { width: 1_400, height: 900 } });
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable");
  const layouts = async () => {
    const { metrics } = await devtools.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "LayoutCount")?.value ?? 0;
  };
  await page.addInitScript(countDrawings);
  await page.goto(server.address);
  for (const view of ["Cards", "List"]) {
    await page.getByText(`${boards} online`).waitFor();
    await page.getByRole("button", { name: view, exact: true }).click();
    await send(client, view, 0);
    await page
      .getByText("999", { exact: true })
      .nth(boards - 1)
      .waitFor();
    await page.evaluate(countChanges);
    const before = await layouts();
    for (let round = 1; round <= rounds; round++) await send(client, view, round);
    await page
      .getByText(String(999 - rounds), { exact: true })
      .nth(boards - 1)
      .waitFor();
    const after = await layouts();
    const { drawings, changes, time } = (await page.evaluate(counted)) as Counted;
    t.diagnostic(`${view}: ${drawings} drawings, ${changes} changes, ${after - before} layouts`);
    assert.ok(drawings >= 1);
    // Many messages are one drawing: neither the number of messages nor a slow browser makes more.
    assert.ok(drawings <= time / pause + time / ageing + 5, `${drawings} drawings in ${time} ms`);
    // Only CO2, its air in words and colour, the age and sometimes the line change.
    assert.ok(changes <= drawings * boards * 6, `${changes} changes in ${drawings} drawings`);
    // A layout that is asked for while a page is drawn would be one for each board.
    assert.ok(after - before <= 2 * drawings + 20, `${after - before} layouts`);
  }
});

/** A reading of each board; 999 ppm at first, and one less in each round. */
async function send(client: mqtt.MqttClient, name: string, round: number): Promise<void> {
  const values = { co2: 999 - round, voc: 10, "bmp P": 1_000, "dht temp": 21, "dht RH": 40 };
  const payload = JSON.stringify({ [name]: values });
  const all = Array.from({ length: boards }, (_, board) =>
    client.publishAsync(`airpair/b${board}/reading`, payload, { qos: 1 }),
  );
  await Promise.all(all);
}
