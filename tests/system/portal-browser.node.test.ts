// SPDX-License-Identifier: MIT

// A board without a network on XS, set up in Chromium as a phone would, without a script.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import test from "node:test";
import mqtt from "mqtt";
import type { Page } from "playwright-core";
import { startBroker } from "../../hosts/sim/node/broker/broker.ts";
import { startChromium, withoutChromium } from "../support/chromium.ts";
import { startLoneBoard } from "../support/lone-board.ts";
import { freePort } from "../support/mosquitto.ts";
import { until } from "../support/node-network.ts";

const skip = withoutChromium;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** A wait for a browser and a board on a machine with much to do, ms. */
const patience = 60_000;

/**
 * Rules of axe-core that a page breaks, with where; and whether it is wider than the window. It is looked at in
 * `auditor`, which has scripts.
 */
async function faultsOf(page: Page, auditor: Page): Promise<string[]> {
  await auditor.setContent(await page.content());
  await auditor.evaluate(axe);
  return auditor.evaluate(async () => {
    const { axe, document, innerWidth } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }> };
      document: { documentElement: { scrollWidth: number } };
      innerWidth: number;
    };
    const found = await axe.run();
    const isWide = document.documentElement.scrollWidth > innerWidth;
    const broken = found.violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => node.target).join()}`,
    );
    return isWide ? [...broken, "wider than the window"] : broken;
  });
}

test("a phone sets up a board without a script, and the board joins and publishes", {
  skip,
  timeout: 2 * patience,
}, async (t) => {
  const broker = await startBroker(await freePort());
  t.after(() => broker.close());
  const readings: string[] = [];
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`);
  t.after(() => client.end(true));
  client.on("message", (topic) => readings.push(topic));
  await client.subscribeAsync("airpair/board-a/reading");
  // The deadlines of the board's server run as fast as its time.
  const { hardware, lines } = await startLoneBoard(t, { "wifi.ssid": "", "wifi.password": "" }, 6);
  const browser = await startChromium();
  t.after(() => browser.close());
  const viewport = { width: 360, height: 700 };
  const auditor = await browser.newPage({ viewport });
  const page = await browser.newPage({ viewport, javaScriptEnabled: false });
  page.setDefaultTimeout(patience);

  const urlIn = () => /page (http:\/\/127\.0\.0\.1:\d+\/)/.exec(lines.join("\n"))?.[1];
  await until(() => urlIn() !== undefined);
  const [, password = ""] = /with the password (\w+), and open/.exec(lines.join("\n")) ?? [];
  assert.equal(hardware.ownNetwork.join(password), "192.168.4.2");

  await page.goto(`${urlIn()}hotspot-detect.html`);
  assert.equal(page.url(), urlIn());
  assert.deepEqual(await faultsOf(page, auditor), []);
  await page.getByLabel("Network", { exact: true }).selectOption("airpair-lab");
  await page.getByLabel("Password of the network").fill("airpair-lab");
  await page.getByLabel("Address").fill("http://broker");
  await page.getByRole("button", { name: "Save and join" }).click();
  await page.getByRole("alert").waitFor();
  await page.getByText(/the address takes mqtt:\/\/host:port/).waitFor();
  assert.deepEqual(await faultsOf(page, auditor), []);
  assert.equal(await page.getByLabel("Password of the network").inputValue(), "");

  await page.getByLabel("Password of the network").fill("airpair-lab");
  await page.getByLabel("Address").fill(`mqtt://127.0.0.1:${broker.port}`);
  await page.getByRole("button", { name: "Save and join" }).click();
  await page.getByRole("heading", { name: "Joining airpair-lab" }).waitFor();
  assert.deepEqual(await faultsOf(page, auditor), []);
  // It asks for itself until there is something to tell.
  await page.getByRole("heading", { name: "Done" }).waitFor();
  await page.getByText(/The board is on airpair-lab, at 192\.168\.4\.\d+\./).waitFor();
  assert.deepEqual(await faultsOf(page, auditor), []);
  await until(() => readings.length > 0);
  assert.equal(hardware.ownNetwork.SSID, undefined);
  assert.ok(lines.some((line) => /^portal +closed: the board is set up/.test(line)));
});
