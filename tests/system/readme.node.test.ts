// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import test from "node:test";
import { settingList } from "../../modules/app/setting-list.ts";
import { Settings } from "../../modules/settings/settings.ts";
import { MemoryKeyValue } from "../support/memory-key-value.ts";
import { nodeCommand, TestProcess } from "../support/test-process.ts";

const root = resolve(import.meta.dirname, "../..");
const simulator = readFileSync(join(root, "docs/simulator.md"), "utf8");
const flash = readFileSync(join(root, "docs/flash.md"), "utf8");

/** `npm start -- …` in an empty folder of its own, line by line. */
class Start extends TestProcess {
  #text = "";

  constructor(...args: readonly string[]) {
    const [file, ...words] = nodeCommand("hosts/sim/node/cli/cli.ts");
    super({ file, args: [...words, ...args] });
  }

  /** Waits until all these lines were shown, their numbers apart. */
  async shows(wanted: readonly string[]): Promise<void> {
    const missing = () => {
      const shown = new Set(this.#text.split("\n").map(form));
      return wanted.filter((line) => !shown.has(line));
    };
    await this.waitFor(
      () => (missing().length === 0 ? true : undefined),
      "these lines were shown",
      () => missing().join("\n"),
    );
  }

  protected override take(text: string): void {
    this.#text += text;
  }
}

/** A line without its numbers, and without what differs between runs. */
function form(line: string): string {
  return line
    .replace(/ \(port \d+ is taken\)/, "")
    .replace(/, \d+ times as fast as real time/, "")
    .replace(/[0-9A-Z]{4}(-[0-9A-Z]{4}){2}/, "a code")
    .replaceAll(/-?\d+(\.\d+)?/g, "0");
}

test("every line of the documented sample is one that npm start shows", async () => {
  const [, sample = ""] = /<!-- sample -->\n\n```\n([\s\S]*?)\n```/.exec(simulator) ?? [];
  const wanted = sample.split("\n").map(form);
  assert.ok(wanted.length > 12);
  const start = new Start("--speed", "10");
  await start.shows(wanted);
  start.signal("SIGINT");
  assert.equal(await start.ended, 0);
});

test("every setting in the examples of how to flash a board is allowed", () => {
  const words = [...flash.matchAll(/ {4}npm run [^\n]*/g)].join(" ").split(" ");
  const pairs = words
    .map((word) => word.split("=") as [string, string])
    .filter(([name]) => Object.keys(settingList).includes(name));
  const [, file = ""] = /settings\.local\.json[\s\S]*?\n {4}(\{.*\})\n/.exec(flash) ?? [];
  const given = { ...Object.fromEntries(pairs), ...JSON.parse(file) };
  assert.ok(Object.keys(given).length >= 3);
  const store = new MemoryKeyValue();
  assert.deepEqual(new Settings({ list: settingList, store, given }).problems, []);
});
