// SPDX-License-Identifier: MIT

// The page that flashes boards, in Debian's Chromium; the board behind its serial port is the firmware.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before } from "node:test";
import type { Browser, Page } from "playwright-core";
import { FirmwareFolder } from "../../hub/firmware/firmware-folder.ts";
import { FirmwarePage, loadFirmwareFiles } from "../../hub/firmware/firmware-page.ts";
import { type Page as ServedPage, startPage } from "../../page/server/start-page.ts";
import { startChromium, withoutChromium } from "../support/chromium.ts";
import { freePort } from "../support/mosquitto.ts";
import { WholeBoard } from "../support/whole-board.ts";

const skip = withoutChromium;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const folder = mkdtempSync(join(tmpdir(), "airpair-firmware-"));
let browser: Browser;
let served: ServedPage;

before(async () => {
  if (skip) return;
  const build = { chipFamily: "ESP32", parts: [{ path: "airpair.bin", offset: 0 }] };
  const manifest = { name: "airpair", version: "9.0.0", builds: [build] };
  mkdirSync(join(folder, "esp32-devkit"));
  writeFileSync(join(folder, "esp32-devkit/manifest.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "esp32-devkit/airpair.bin"), Buffer.alloc(5_000, 7));
  writeFileSync(join(folder, "esp32-devkit/secret.txt"), "not for the browser");
  mkdirSync(join(folder, "half-built"));
  writeFileSync(join(folder, "half-built/manifest.json"), "{");
  writeFileSync(join(folder, "unsigned.airpair"), "no image");
  const images = new FirmwareFolder(folder);
  const files = await loadFirmwareFiles();
  served = await startPage({
    broker: new URL("mqtt://127.0.0.1:1"),
    host: "127.0.0.1",
    port: await freePort(),
    folder: join(folder, "data"),
    source: "test",
    notice: () => {},
    extension: (feed) =>
      new FirmwarePage({ images, files, feed, updates: "http://host/", say: () => {} }),
  });
  browser = await startChromium();
});

after(async () => {
  await browser?.close();
  served?.close();
  rmSync(folder, { recursive: true });
});

interface Look {
  readonly page: Page;
  /** What the browser had to say against the page. */
  readonly complaints: string[];
  /** What was asked of other servers. */
  readonly elsewhere: string[];
}

async function look(prepare: (page: Page) => Promise<void>, dark = false): Promise<Look> {
  const context = await browser.newContext({ colorScheme: dark ? "dark" : "light" });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  const elsewhere: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    if (new URL(request.url()).hostname !== "127.0.0.1") elsewhere.push(request.url());
  });
  await prepare(page);
  await page.goto(served.ownAddress("/firmware"));
  await page.getByText("esp32-devkit: airpair 9.0.0").waitFor();
  return { page, complaints, elsewhere };
}

/** In the browser: a serial port whose other end is in the test; `taken` gives it what comes from there. */
const bridgedSerial = `{
  const nothing = async () => {};
  let reader;
  window.taken = (bytes) => reader?.enqueue(Uint8Array.from(bytes));
  const port = {
    getInfo: () => ({}),
    open: async () => {
      port.readable = new ReadableStream({ start: (controller) => void (reader = controller) });
      port.writable = new WritableStream({ write: (bytes) => window.toBoard([...bytes]) });
    },
    close: nothing,
    setSignals: nothing,
    addEventListener: () => {},
    removeEventListener: () => {},
  };
  Object.defineProperty(navigator, "serial", { value: { requestPort: async () => port } });
}`;

/** Connects the port of the browser with that of a board, whose time goes on meanwhile. */
async function plugIn(page: Page, board: WholeBoard | undefined): Promise<() => void> {
  await page.exposeFunction("toBoard", (bytes: number[]) => {
    board?.port.type(Uint8Array.from(bytes));
  });
  await page.addInitScript(bridgedSerial);
  let told = 0;
  const timer = setInterval(() => {
    board?.time.advance(50);
    const bytes = board?.port.bytes.slice(told) ?? [];
    if (bytes.length === 0) return;
    told += bytes.length;
    page.evaluate(`window.taken?.(${JSON.stringify(bytes)})`).catch(() => {});
  }, 50);
  return () => clearInterval(timer);
}

test("ESP Web Tools comes from this PC alone under a strict policy, offers the image, and the folder keeps its other files", {
  skip,
}, async () => {
  const { page, complaints, elsewhere } = await look(async (page) => {
    await plugIn(page, undefined).then((unplug) => unplug());
  });
  const policy = (await fetch(served.ownAddress("/firmware"))).headers.get(
    "content-security-policy",
  );
  assert.match(policy ?? "", /script-src 'self'; /);
  assert.match(policy ?? "", /connect-src 'self'; /);
  assert.equal(await page.getByText("half-built").count(), 0);
  assert.equal(await page.getByText("unsigned").count(), 0);
  await page.getByRole("button", { name: "Connect a board to flash esp32-devkit" }).click();
  // Nobody answers to Improv, as on an empty board.
  await page.getByText("Install airpair").waitFor();
  assert.deepEqual(
    complaints.filter((text) => !text.includes("Improv Wi-Fi Serial not detected")),
    [],
  );
  assert.deepEqual(elsewhere, []);
  const files = await page.evaluate(async () => {
    const names = ["manifest.json", "airpair.bin", "secret.txt", "..%2funsigned.airpair"];
    const found = names.map((name) => fetch(`/firmware/images/esp32-devkit/${name}`));
    return (await Promise.all(found)).map(({ status }) => status);
  });
  assert.deepEqual(files, [200, 200, 404, 404]);
  await page.context().close();
});

test("a board with the firmware says through ESP Web Tools what it is, and joins the Wi-Fi that is chosen there", {
  skip,
}, async () => {
  const board = new WholeBoard({ "wifi.ssid": "", "wifi.password": "" });
  board.powerOn();
  let unplug = () => {};
  const { page, complaints, elsewhere } = await look(async (page) => {
    unplug = await plugIn(page, board);
  });
  await page.getByRole("button", { name: "Connect a board to flash esp32-devkit" }).click();
  await page.getByText(/^Connected to /).waitFor();
  await page.getByText("Connect to Wi-Fi").click();
  await page.locator("ew-filled-select").waitFor();
  const networks = await page.locator("ew-select-option").allInnerTexts();
  assert.ok(
    networks.some((text) => text.includes("airpair-lab")),
    networks.join(),
  );
  await page.locator("ew-filled-text-field[type=password] input").fill("airpair-lab");
  await page.getByText("Connect", { exact: true }).last().click();
  // Its words are deeper than where Playwright looks for text.
  await page.locator('ewt-page-message[label="Device connected to the network!"]').waitFor();
  unplug();
  assert.match(board.port.output, /airpair-lab\\" is stored as the preferred network/);
  assert.deepEqual(complaints, []);
  assert.deepEqual(elsewhere, []);
  await page.context().close();
});

test("axe-core finds nothing in the page for flashing, light and dark", { skip }, async () => {
  for (const dark of [false, true]) {
    const { page } = await look(async () => {}, dark);
    await page.evaluate(axe);
    const found = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }> };
      };
      const { violations } = await axe.run();
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.target).join()}`);
    });
    assert.deepEqual(found, []);
    await page.context().close();
  }
});
