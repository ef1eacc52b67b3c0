// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { deviceErrorFacts, deviceErrors } from "../../../drivers/ccs811/encoding/device-errors.ts";
import { settingList } from "../../../modules/app/setting-list.ts";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");
const folders = ["drivers/ccs811", "modules/app"];
const document = readFileSync(join(root, "docs/ccs811.md"), "utf8");
const sources = folders.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(join(root, folder, file), "utf8")),
);

function namesIn(texts: readonly string[], pattern: RegExp): string[] {
  const found = texts.flatMap((text) => [...text.matchAll(pattern)].map(([, name = ""]) => name));
  return [...new Set(found)].sort();
}

/** First cells of the rows of a section's tables. */
function rowsOf(section: string): string[] {
  const [, text = ""] = document.split(`\n## ${section}\n`);
  return namesIn([text.split("\n## ")[0] ?? ""], /^\| `([^`]+)` \|/gm);
}

/** The members of a union of texts in a source file. */
function membersOf(file: string, type: string): string[] {
  const text = readFileSync(join(root, "drivers/ccs811", file), "utf8");
  const [, rest = ""] = text.split(`export type ${type} =`);
  return namesIn([rest.split(";")[0] ?? ""], /"([a-z-]+)"/g);
}

test("the document names every error of the code, and no other", () => {
  const codes = namesIn(sources, /code: "(ccs811\/[a-z-]+)"/g);
  assert.ok(codes.length > 20);
  assert.deepEqual(namesIn([document], /`(ccs811\/[a-z-]+)`/g), codes);
});

test("the document has the chip's errors beside their codes", () => {
  for (const error of deviceErrors) {
    const { code } = deviceErrorFacts(error);
    assert.ok(document.includes(`| \`${error}\` | \`${code}\` |`), error);
  }
});

test("the document names every state and every mark", () => {
  const source = readFileSync(join(root, "drivers/ccs811/ccs811-state.ts"), "utf8");
  const [types = ""] = source.split("/** What can happen");
  assert.deepEqual(rowsOf("States"), namesIn([types], /kind: "([a-z-]+)"/g));
  const marks = membersOf("encoding/algorithm-result.ts", "SampleFault");
  assert.ok(marks.length >= 5);
  assert.deepEqual(rowsOf("Marks"), marks);
});

test("every setting that the document names exists", () => {
  const named = namesIn([document], /`((?:ccs811|baseline|publish)\.[a-z0-9-]+)`/g);
  assert.ok(named.length >= 4);
  for (const name of named) assert.ok(Object.keys(settingList).includes(name), name);
});
