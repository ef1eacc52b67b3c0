// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import test from "node:test";
import { profiles } from "../../modules/cloud/profile-list.ts";
import { checkSettings, withLocalSettings } from "../../tools/local-settings.ts";

const root = resolve(import.meta.dirname, "../..");
const stacks = readdirSync(join(root, "deploy"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const documents = [...stacks.map((name) => `deploy/${name}/README.md`), "docs/class.md"];

/** What stands in blocks of code, a block after the other. */
function blocksOf(path: string): string[][] {
  const blocks: string[][] = [];
  let isOpen = false;
  for (const line of readFileSync(join(root, path), "utf8").split("\n")) {
    const isCode = line.startsWith("    ");
    if (isCode && !isOpen) blocks.push([]);
    if (isCode) blocks.at(-1)?.push(line.slice(4));
    isOpen = isCode;
  }
  return blocks;
}

const lines = documents.flatMap((path) => blocksOf(path).flat());

test("each stack is started by the three lines with which its document begins", () => {
  assert.ok(stacks.length >= 4);
  for (const name of stacks) {
    const [first = []] = blocksOf(`deploy/${name}/README.md`);
    assert.equal(first.length, 3, name);
    assert.ok(
      first.some((line) => /^docker compose .*-f \S+\/compose\.yaml .*\bup -d\b/.test(line)),
      name,
    );
  }
});

test("every compose file that a command names is there, or is one of the class", () => {
  const named = lines.flatMap((line) =>
    [...line.matchAll(/ -f (\S+)/g)].map(([, path = ""]) => path),
  );
  assert.ok(named.length >= 5);
  for (const path of named) {
    assert.ok(path === "class/compose.yaml" || existsSync(join(root, path)), path);
  }
});

test("a board takes every setting and every platform that the documents give it", () => {
  const settings = lines.filter((line) => line.startsWith("{"));
  assert.equal(settings.length, 1);
  for (const text of settings) checkSettings(withLocalSettings([], text));
  const uses = lines.flatMap((line) => /^platform use (\S+)(.*)$/.exec(line) ?? []);
  const names: readonly string[] = profiles.map(({ name }) => name);
  assert.equal(uses.length, 6);
  for (let at = 0; at < uses.length; at += 3) {
    const [name = "", given = ""] = uses.slice(at + 1);
    assert.ok(names.includes(name), name);
    const host = / host=(\S+)/.exec(given)?.[1];
    if (host !== undefined) checkSettings([`platform.1.host=${host}`]);
  }
});
