// SPDX-License-Identifier: MIT

// The page in Debian's Chromium, against the running simulator.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before, type TestContext } from "node:test";
import mqtt from "mqtt";
import type { Browser, Page } from "playwright-core";
import { startPage } from "../../page/server/start-page.ts";
import { startChromium, withoutChromium } from "../support/chromium.ts";
import { Simulator } from "../support/simulator.ts";

const skip = withoutChromium;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** A wait for a browser and boards on a machine with much to do, ms. */
const patience = 60_000;

let browser: Browser;
let simulator: Simulator;
let address = "";
let broker = "";

before(async () => {
  if (skip) return;
  const options = ["--page", "--speed", "20", "--engine", "node", "--set", "remote.pair=on"];
  simulator = new Simulator(options, { life: 300_000 });
  const started = await simulator.until(({ text }) => /^Page: /.test(text ?? ""));
  address = /http:\S+/.exec(started.text ?? "")?.[0] ?? "";
  const watched = simulator.events.find(({ event }) => event === "watch")?.text ?? "";
  broker = `mqtt://127.0.0.1:${/-p (\d+)/.exec(watched)?.[1]}`;
  browser = await startChromium();
});

after(async () => {
  await browser?.close();
  simulator?.signal("SIGINT");
  await simulator?.ended;
});

interface Look {
  readonly page: Page;
  /** What the browser had to say against the page. */
  readonly complaints: string[];
}

async function look(
  options: { readonly dark?: boolean; readonly phone?: boolean; readonly at?: string } = {},
): Promise<Look> {
  const { dark = false, phone = false, at = address } = options;
  const context = await browser.newContext({
    colorScheme: dark ? "dark" : "light",
    viewport: phone ? { width: 390, height: 800 } : { width: 1_200, height: 900 },
    bypassCSP: false,
  });
  context.setDefaultTimeout(patience);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(at);
  await page.getByText("2 online").waitFor();
  return { page, complaints };
}

/** The card of a board, not one that names it as its peer. */
function cardOf(page: Page, id: string) {
  const name = page.getByRole("button", { name: id, exact: true });
  return page.getByRole("article").filter({ has: name });
}

async function openBoard(page: Page, id = "board-a"): Promise<void> {
  await page.getByRole("button", { name: id, exact: true }).click();
  await page.getByRole("dialog").waitFor();
}

/** Rules of axe-core that the page breaks, with where. */
async function violations(page: Page): Promise<string[]> {
  // Through the protocol, which the page's Content-Security-Policy does not concern.
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }> };
    };
    const found = await axe.run();
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.target).join()}`);
  });
}

test("two boards are shown with values, presence and how old these are", { skip }, async () => {
  const { page, complaints } = await look();
  const card = cardOf(page, "board-a");
  await card.getByText(/^Air (excellent|good|moderate|poor|unhealthy)$/).waitFor();
  assert.match(await card.innerText(), /\d+ ppm CO₂/);
  assert.match(await card.innerText(), /● ?\n?online|online/);
  assert.match(await card.innerText(), /Reading (just now|\d+ s ago)/);
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test("axe-core finds nothing in cards, list and board, light and dark, desk and phone", {
  skip,
}, async () => {
  for (const options of [{}, { dark: true }, { phone: true }, { dark: true, phone: true }]) {
    const { page } = await look(options);
    await page
      .getByText(/^Air (excellent|good|moderate)$/)
      .first()
      .waitFor();
    assert.deepEqual(await violations(page), [], `cards ${JSON.stringify(options)}`);
    await page.getByRole("button", { name: "List" }).click();
    await page.getByRole("table").waitFor();
    assert.deepEqual(await violations(page), [], `list ${JSON.stringify(options)}`);
    await openBoard(page);
    await page.locator(".charts canvas").nth(4).waitFor();
    assert.deepEqual(await violations(page), [], `board ${JSON.stringify(options)}`);
    const wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth");
    assert.equal(wide, false, "the page is wider than the window");
    await page.context().close();
  }
});

test("a command is sent with the keyboard alone, and the answer is shown", { skip }, async () => {
  const { page } = await look();
  const name = page.getByRole("button", { name: "board-a", exact: true });
  for (
    let n = 0;
    n < 10 && !(await name.evaluate("(e) => e === document.activeElement").catch(() => false));
    n++
  ) {
    await page.keyboard.press("Tab");
    if (await name.evaluate((element) => element === element.ownerDocument.activeElement)) break;
  }
  await page.keyboard.press("Enter");
  const field = page.getByRole("combobox", { name: "Command" });
  await field.waitFor();
  for (let n = 0; n < 30; n++) {
    if (await field.evaluate((element) => element === element.ownerDocument.activeElement)) break;
    await page.keyboard.press("Tab");
  }
  await page.keyboard.type("version");
  await page.keyboard.press("Enter");
  await page.locator(".answers li").filter({ hasText: "airpair 0." }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.context().close();
});

test("a setting is changed, and one that is wrong is refused in the board's words", {
  skip,
}, async () => {
  const { page } = await look();
  await openBoard(page);
  await page.getByLabel("Setting").selectOption("publish.health");
  await page.getByLabel("New value").fill("30");
  await page.getByRole("button", { name: "Set", exact: true }).click();
  await page.locator(".answers li").filter({ hasText: "set publish.health 30" }).waitFor();
  await page.getByRole("button", { name: "Show" }).click();
  await page
    .locator(".answers li")
    .filter({ hasText: /publish\.health\D+30/ })
    .first()
    .waitFor();
  await page.getByLabel("New value").fill("many");
  await page.getByRole("button", { name: "Set", exact: true }).click();
  await page
    .locator('.answers li[data-state="bad"]')
    .filter({ hasText: "publish.health" })
    .waitFor();
  await page.context().close();
});

test("the sensor's state is shown: run-in with the minutes left, and a fault with its reason", {
  skip,
}, async () => {
  const { page } = await look();
  const card = cardOf(page, "board-a");
  await card.getByText(/^Sensor (runs in, \d+ min left|ready)$/).waitFor();
  await openBoard(page);
  await page.getByRole("button", { name: "Unplug the sensor" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(/^Sensor (fault|gone): .*check /).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "List" }).click();
  const cell = page.getByRole("cell").filter({ hasText: /^(fault|gone): .*check .* address$/ });
  await cell.waitFor();
  const isCut = await cell.evaluate((element) => element.scrollWidth > element.clientWidth);
  assert.equal(isCut, false, "the reason is read whole");
  await openBoard(page);
  await page.getByRole("button", { name: "Plug the sensor in" }).click();
  await dialog.getByText(/^Sensor (warming up|runs in|ready)/).waitFor();
  await page.context().close();
});

/** The page as it is for boards that are not simulated. */
async function lookAtOthers(t: TestContext): Promise<Look> {
  const folder = mkdtempSync(join(tmpdir(), "airpair-page-"));
  const own = { host: "127.0.0.1", port: 18_080, folder, source: "test" };
  const other = await startPage({
    ...own,
    broker: new URL(broker),
    notice: (text) => t.diagnostic(text),
  });
  t.after(() => {
    other.close();
    rmSync(folder, { recursive: true });
  });
  return look({ at: other.address });
}

test("a board that is no simulated one sends its sensor's state when it is asked for", {
  skip,
}, async (t) => {
  const { page } = await lookAtOthers(t);
  assert.equal(await page.getByText(/^Sensor /).count(), 0);
  await openBoard(page);
  await page.getByRole("button", { name: "Have it send the sensor's state" }).click();
  await page
    .getByRole("dialog")
    .getByText(/^Sensor (warming up|runs in|ready)/)
    .waitFor();
  const { page: simulation } = await look();
  await openBoard(simulation);
  await simulation.getByRole("button", { name: "Unplug the sensor" }).click();
  await page
    .getByRole("dialog")
    .getByText(/^Sensor (fault|gone): .*check /)
    .waitFor();
  await simulation.getByRole("button", { name: "Plug the sensor in" }).click();
  await page
    .getByRole("dialog")
    .getByText(/^Sensor (warming up|runs in|ready)/)
    .waitFor();
  await simulation.context().close();
  await page.context().close();
});

test("two boards that are not simulated are parted and paired again over MQTT, as they allow it", {
  skip,
}, async (t) => {
  const { page } = await lookAtOthers(t);
  const line = page.locator(".pair-lines path");
  await page.locator('.pair-lines path[data-state="here"]').waitFor({ state: "attached" });
  await cardOf(page, "board-a")
    .getByText(/^Paired with board-b (just now|\d+ s ago)$/)
    .waitFor();
  await openBoard(page);
  await page.getByRole("button", { name: "Unpair board-b" }).click();
  await page.locator(".answers li").filter({ hasText: "the pair with board-b is over" }).waitFor();
  await line.waitFor({ state: "detached" });
  const pairs = page.getByRole("region", { name: "Pairs" });
  await pairs.getByLabel("Board to pair with").selectOption("board-b");
  await pairs.getByRole("button", { name: "Pair", exact: true }).click();
  const good = page.locator('.answers li[data-state="good"]');
  await good.filter({ hasText: "board-b: paired with board-a" }).waitFor();
  await page.locator('.pair-lines path[data-state="here"]').waitFor({ state: "attached" });
  await page.context().close();
});

test("two boards are parted and paired again; the line between their cards goes and comes", {
  skip,
}, async () => {
  const { page } = await look();
  const line = page.locator(".pair-lines path");
  await line.waitFor({ state: "attached" });
  await page.locator('.pair-lines path[data-state="here"]').waitFor({ state: "attached" });
  await page
    .locator(".pair-labels span")
    .filter({ hasText: /^(now|\d+ s)$/ })
    .waitFor();
  // It begins at one card and ends at the other.
  const [first, second] = await Promise.all(
    ["board-a", "board-b"].map((id) => cardOf(page, id).boundingBox()),
  );
  const box = await line.boundingBox();
  if (!first || !second || !box) throw new Error("cards and their line are not to be seen");
  assert.ok(Math.abs(box.x - (first.x + first.width)) < 2, "it begins at the first card");
  assert.ok(Math.abs(box.x + box.width - second.x) < 2, "it ends at the second");
  const card = page.getByRole("article").filter({ hasText: "Paired with board-b" });
  await card.getByText(/^Paired with board-b (just now|\d+ s ago)$/).waitFor();
  await openBoard(page);
  await page.getByRole("button", { name: "Unpair board-b" }).click();
  await page.locator(".answers li").filter({ hasText: "the pair with board-b is over" }).waitFor();
  await line.waitFor({ state: "detached" });
  const pairs = page.getByRole("region", { name: "Pairs" });
  await pairs.getByLabel("Board to pair with").selectOption("board-b");
  await pairs.getByRole("button", { name: "Pair", exact: true }).click();
  await page
    .locator('.answers li[data-state="good"]')
    .filter({ hasText: "board-b: paired with board-a" })
    .waitFor();
  await page.locator('.pair-lines path[data-state="here"]').waitFor({ state: "attached" });
  await page.context().close();
});

test("people come, the window opens, and the room follows", { skip }, async () => {
  const { page } = await look();
  await openBoard(page, "board-b");
  const people = page.getByLabel("People in the room");
  const before = Number(await people.innerText());
  await page.getByRole("button", { name: "One person comes" }).click();
  await people.filter({ hasText: String(before + 1) }).waitFor();
  const toggle = page.getByRole("button", { name: /(Open|Close) the window/ });
  const now = await toggle.innerText();
  await toggle.click();
  const then = now.startsWith("Open") ? "Close the window" : "Open the window";
  await page.getByRole("button", { name: then }).waitFor();
  await page.context().close();
});

test("power is cut and comes back: the board goes offline and online again", { skip }, async () => {
  const { page } = await look();
  await openBoard(page, "board-b");
  await page.getByRole("button", { name: "Cut the power" }).click();
  await page.getByText("1 online").waitFor({ state: "attached" });
  await page.getByRole("button", { name: "Power on" }).click();
  await page.getByText("2 online").waitFor({ state: "attached" });
  await page.context().close();
});

test("the sensor is unplugged and plugged in again: its values stay away meanwhile", {
  skip,
}, async () => {
  const { page } = await look();
  await openBoard(page, "board-b");
  const number = page.getByRole("dialog").locator(".number");
  await page.getByRole("button", { name: "Unplug the sensor" }).click();
  await number.filter({ hasText: "–" }).waitFor();
  await page.getByRole("button", { name: "Plug the sensor in" }).click();
  await number.filter({ hasText: /\d/ }).waitFor();
  await page.context().close();
});

test("without its access point a board goes offline, and comes back with it", {
  skip,
}, async () => {
  const { page } = await look();
  await openBoard(page, "board-b");
  await page.getByRole("button", { name: "Take Wi-Fi away" }).click();
  await page.getByText("1 online").waitFor({ state: "attached" });
  await page.getByRole("button", { name: "Bring Wi-Fi back" }).click();
  await page.getByText("2 online").waitFor({ state: "attached" });
  await page.context().close();
});

test("the broker goes and comes back; the page says so and connects by itself", {
  skip,
}, async () => {
  const { page } = await look();
  await page.getByRole("button", { name: "Stop the broker" }).click();
  await page.getByRole("status").filter({ hasText: "The broker is away" }).waitFor();
  await page.getByRole("button", { name: "Start the broker" }).click();
  await page.locator("#notice:empty").waitFor({ state: "attached" });
  await page.getByText("2 online").waitFor();
  await page.context().close();
});

test("charts are zoomed, shown for a day, and given as CSV", { skip }, async () => {
  const { page } = await look();
  await openBoard(page);
  const over = page.locator(".charts .u-over").first();
  await over.waitFor();
  await page.getByText(/^CO₂: \d+ ppm, in this time \d+ to \d+$/).waitFor();
  const link = page.getByRole("link", { name: "Download CSV" });
  const before = await link.getAttribute("href");
  const box = await over.boundingBox();
  if (!box) throw new Error("the chart is not to be seen");
  await page.mouse.move(box.x + box.width * 0.3, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.9, box.y + 20, { steps: 5 });
  await page.mouse.up();
  const spanOf = (href: string | null) => {
    const [from = 0, to = 0] = [...(href ?? "").matchAll(/=(\d+)/g)].map(([, n]) => Number(n));
    return to - from;
  };
  await page.locator(`a[download]:not([href="${before}"])`).waitFor();
  assert.ok(spanOf(await link.getAttribute("href")) < 3_600_000);
  await page.getByRole("button", { name: "Day", exact: true }).click();
  assert.equal(spanOf(await link.getAttribute("href")), 86_400_000);
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  assert.equal(download.suggestedFilename(), "board-a.csv");
  assert.match(readFileSync(await download.path(), "utf8"), /^time,co2 \(ppm\)/);
  await page.context().close();
});

test("a page that is started anew asks for its new link, and an old one says so and comes back with it", {
  skip,
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "airpair-page-"));
  const notice = (text: string) => t.diagnostic(text);
  const own = { host: "0.0.0.0", folder, source: "test", broker: new URL(broker), notice };
  let served = await startPage({ ...own, port: 18_100 });
  t.after(() => {
    served.close();
    rmSync(folder, { recursive: true });
  });
  const { page, complaints } = await look({ at: served.address });
  assert.deepEqual(complaints, [], "a browser has nothing against what is sent in a network");
  const { port, origin } = new URL(served.address);
  served.close();
  await page.getByText("The page's server does not answer; trying again.").waitFor();
  served = await startPage({ ...own, port: Number(port) });
  assert.equal(new URL(served.address).origin, origin);
  await page.getByText("lets nobody in: open the link that was printed").waitFor();
  const other = await page.context().newPage();
  await other.goto(served.address);
  await page.locator("#notice:empty").waitFor({ state: "attached" });
  await page.context().close();
});

// The last: it leaves one more board at the broker.
test("HTML from the network stays text", { skip }, async (t) => {
  const { page, complaints } = await look();
  const client = await mqtt.connectAsync(broker);
  t.after(() => client.endAsync(true));
  const id = "<img src=x onerror=alert(1)>";
  const evil = "<script>alert(2)</script>";
  await client.publishAsync(`airpair/${id}/status`, "online", { qos: 1 });
  await client.publishAsync(`airpair/${id}/extended`, JSON.stringify({ x: { state: evil } }), {
    qos: 1,
  });
  await page.getByRole("button", { name: id }).waitFor();
  await page.getByText(`Sensor ${evil}`).waitFor();
  await page.getByRole("button", { name: id }).click();
  await page.getByRole("dialog").getByRole("heading", { name: id }).waitFor();
  assert.equal(await page.locator("img, main script").count(), 0);
  assert.deepEqual(complaints, []);
  await page.context().close();
});
