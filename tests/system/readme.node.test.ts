// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import test from "node:test";
import { settingList } from "../../modules/app/setting-list.ts";
import { Settings } from "../../modules/settings/settings.ts";
import { MemoryKeyValue } from "../support/memory-key-value.ts";

const root = resolve(import.meta.dirname, "../..");
const readme = readFileSync(join(root, "README.md"), "utf8");

/** What `npm start -- …` shows, in an empty folder of its own. */
function shownBy(...args: readonly string[]): string[] {
  const cwd = mkdtempSync(join(tmpdir(), "airpair-readme-"));
  const command = [
    ...["--import", join(root, "node_modules/tsx/dist/loader.mjs")],
    ...[join(root, "hosts/sim/node/cli/cli.ts"), ...args],
  ];
  const result = spawnSync(process.execPath, command, { cwd, encoding: "utf8", timeout: 60_000 });
  rmSync(cwd, { recursive: true });
  assert.equal(result.status, 0, result.stderr);
  return result.stdout.split("\n");
}

/** A line without its numbers, and without what differs between runs. */
function form(line: string): string {
  return line
    .replace("; Ctrl-C stops", "")
    .replace(/ \(port \d+ is taken\)/, "")
    .replace(/, \d+ times as fast as real time/, "")
    .replaceAll(/-?\d+(\.\d+)?/g, "0");
}

test("every line of the README's sample is one that npm start shows", () => {
  const [, sample = ""] = /<!-- sample -->\n\n```\n([\s\S]*?)\n```/.exec(readme) ?? [];
  const wanted = sample.split("\n").map(form);
  assert.ok(wanted.length > 12);
  const shown = new Set(shownBy("--speed", "10", "--duration", "4s").map(form));
  assert.deepEqual(
    wanted.filter((line) => !shown.has(line)),
    [],
  );
});

test("every setting in the README's examples is allowed", () => {
  const words = [...readme.matchAll(/ {4}npm run [^\n]*/g)].join(" ").split(" ");
  const pairs = words
    .map((word) => word.split("=") as [string, string])
    .filter(([name]) => Object.keys(settingList).includes(name));
  const [, file = ""] = /settings\.local\.json[\s\S]*?\n {4}(\{.*\})\n/.exec(readme) ?? [];
  const given = { ...Object.fromEntries(pairs), ...JSON.parse(file) };
  assert.ok(Object.keys(given).length >= 3);
  const store = new MemoryKeyValue();
  assert.deepEqual(new Settings({ list: settingList, store, given }).problems, []);
});
