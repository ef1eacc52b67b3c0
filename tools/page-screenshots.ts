// SPDX-License-Identifier: MIT

// npm run screenshots: starts the simulator, looks at its page in Debian's Chromium and writes
// docs/pictures/page-*.png.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Browser, Page } from "playwright-core";
import { startChromium } from "../tests/support/chromium.ts";
import { readToolOptions } from "./tool-options.ts";

readToolOptions({
  command: "npm run screenshots",
  purpose:
    "Starts the simulator, looks at its page in Chromium and writes docs/pictures/page-*.png.",
});

const root = resolve(import.meta.dirname, "..");
const target = join(root, "docs/pictures");

interface Shot {
  readonly name: string;
  readonly colorScheme: "light" | "dark";
  readonly viewport: { readonly width: number; readonly height: number };
  readonly boards: number;
  readonly prepare?: (page: Page) => Promise<void>;
}

const desk = { width: 1_000, height: 620 };
const openBoard = async (page: Page) => {
  await page.getByRole("button", { name: "board-a" }).click();
  await page.locator(".charts canvas").nth(4).waitFor();
};

const shots: readonly Shot[] = [
  { name: "light", colorScheme: "light", viewport: desk, boards: 6 },
  { name: "dark", colorScheme: "dark", viewport: desk, boards: 6 },
  {
    name: "board",
    colorScheme: "light",
    viewport: { width: 1_000, height: 900 },
    boards: 6,
    prepare: openBoard,
  },
  { name: "phone", colorScheme: "light", viewport: { width: 390, height: 780 }, boards: 6 },
  { name: "list", colorScheme: "dark", viewport: { width: 1_000, height: 900 }, boards: 30 },
];

/** Runs `npm start` in a folder of its own until `work` is done. */
async function withSimulator(boards: number, work: (address: string) => Promise<void>) {
  const folder = mkdtempSync(join(tmpdir(), "airpair-shots-"));
  const loader = join(root, "node_modules/tsx/dist/loader.mjs");
  const cli = join(root, "hosts/sim/node/cli/cli.ts");
  const args = [
    "--import",
    loader,
    cli,
    "--boards",
    `${boards}`,
    "--speed",
    "20",
    "--engine",
    "node",
  ];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((done) => child.once("close", done));
  try {
    await work(await addressOf(child));
  } finally {
    child.kill("SIGINT");
    await ended;
    rmSync(folder, { recursive: true });
  }
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((done, fail) => {
    let text = "";
    child.stdout?.setEncoding("utf8").on("data", (part: string) => {
      text = (text + part).slice(-10_000);
      const address = /Page: +(\S+)/.exec(text)?.[1];
      if (address !== undefined) done(address);
    });
    child.once("exit", () => fail(new Error(`the simulator has ended: ${text}`)));
  });
}

async function shoot(browser: Browser, address: string, shot: Shot): Promise<void> {
  const { name, colorScheme, viewport, prepare, boards } = shot;
  const context = await browser.newContext({ colorScheme, viewport, reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(address);
  await page.getByText(`${boards} online`).waitFor();
  await page
    .getByText(/^(Air )?(excellent|good|moderate|poor)$/)
    .first()
    .waitFor();
  await prepare?.(page);
  await page.waitForTimeout(1_500);
  await page.screenshot({ path: join(target, `page-${name}.png`) });
  await context.close();
}

mkdirSync(target, { recursive: true });
const browser = await startChromium();
try {
  for (const boards of new Set(shots.map((shot) => shot.boards))) {
    await withSimulator(boards, async (address) => {
      // So that the lines have a past.
      await new Promise((done) => setTimeout(done, Number(process.env.PAST ?? 60_000)));
      for (const shot of shots) if (shot.boards === boards) await shoot(browser, address, shot);
    });
  }
} finally {
  await browser.close();
}
