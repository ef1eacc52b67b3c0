// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import test from "node:test";
import { Simulator } from "../support/simulator.ts";
import { nodeCommand, TestProcess } from "../support/test-process.ts";

/** `npm run page -- …` as a process, in an empty folder of its own. */
class PageCommand extends TestProcess {
  #text = "";

  constructor(args: readonly string[]) {
    const [file, ...rest] = nodeCommand("page/server/page-cli.ts");
    super({ file, args: [...rest, ...args] });
  }

  address(): Promise<string> {
    const find = () => /Page on (\S+)/.exec(this.#text)?.[1];
    return this.waitFor(find, "the address", () => this.#text);
  }

  protected override take(text: string): void {
    this.#text += text;
  }
}

async function answers(address: string): Promise<boolean> {
  const response = await fetch(address).catch(() => undefined);
  return response?.status === 200;
}

async function addressOf(simulator: Simulator): Promise<string> {
  const { text = "" } = await simulator.until(({ event }) => event === "page");
  return /http:\S+/.exec(text)?.[0] ?? "";
}

test("npm start serves the page at the next free port, and it ends with it, even after kill -9", async () => {
  const taken = createServer().listen(8_080, "127.0.0.1");
  taken.on("error", () => {});
  const simulator = new Simulator(["--page", "--engine", "node"]);
  const address = await addressOf(simulator);
  assert.match(address, /^http:\/\/127\.0\.0\.1:80(8[1-9]|9\d)\/$/);
  assert.equal(await answers(address), true);
  assert.ok(existsSync(join(simulator.folder, ".airpair/history.db")));
  simulator.signal("SIGKILL");
  await simulator.ended;
  while (await answers(address)) await new Promise((done) => setTimeout(done, 50));
  taken.close();
});

test("a page that is killed is started again at its address; with Ctrl-C npm start ends as before, and its page too", async () => {
  const simulator = new Simulator(["--page", "--engine", "node", "--speed", "10"]);
  const address = await addressOf(simulator);
  await new Promise((done) => setTimeout(done, 2_000));
  const [page] = simulator.below((command) => command.includes("page-child.ts"));
  if (page === undefined) throw new Error("there is no page");
  process.kill(page, "SIGKILL");
  const said = await simulator.until(({ text }) => /the page has ended/.test(text ?? ""));
  assert.match(said.text ?? "", /\(by SIGKILL\); it is started again$/);
  // Somebody else may have taken its port meanwhile.
  const again = () => simulator.events.findLast(({ event }) => event === "page")?.text ?? "";
  const latest = () => /http:\S+/.exec(again())?.[0] ?? address;
  while (!(await answers(latest()))) await new Promise((done) => setTimeout(done, 50));
  simulator.signal("SIGINT");
  assert.equal(await simulator.ended, 0);
  assert.equal(simulator.errors, "");
  while (await answers(latest())) await new Promise((done) => setTimeout(done, 50));
});

test("npm run page serves for a broker that is not there yet, and ends with Ctrl-C", async () => {
  const page = new PageCommand(["--broker", "mqtt://127.0.0.1:1"]);
  assert.equal(await answers(await page.address()), true);
  page.signal("SIGINT");
  assert.equal(await page.ended, 0);
  assert.equal(page.errors, "");
});

test("an address that is not this PC's is named, with why", async () => {
  const page = new PageCommand(["--broker", "mqtt://127.0.0.1:1", "--host", "192.0.2.77"]);
  assert.equal(await page.ended, 1);
  assert.match(page.errors, /^airpair: the page cannot listen at 192\.0\.2\.77 \(E\w+\)\n$/);
});
