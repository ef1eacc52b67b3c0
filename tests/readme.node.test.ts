// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { boardTopics } from "../modules/app/board-topics.ts";
import { boardCommands } from "../modules/app/commands/command-list.ts";
import { esp32Parts } from "../tools/build-parts.ts";

/** First cells of the rows of all tables in a document. */
function firstCells(path: string): string[] {
  const lines = readFileSync(new URL(`../${path}`, import.meta.url), "utf8").split("\n");
  return lines.filter((line) => line.startsWith("| ")).map((line) => line.split(" | ")[0] ?? "");
}

test("every command of the console is in a table of the README", () => {
  const cells = firstCells("README.md").join("\n");
  const isMissing = ({ name }: { readonly name: string }) =>
    !new RegExp(`\`${name}\\b`).test(cells);
  assert.ok(boardCommands.length > 10);
  const missing = boardCommands.filter(isMissing).map(({ name }) => name);
  assert.deepEqual(missing, []);
});

test("every topic of a board is in a table of the README", () => {
  const cells = firstCells("README.md");
  const topics = Object.values(boardTopics("airpair", "<board>"));
  assert.ok(topics.length > 5);
  assert.deepEqual(
    topics.filter((topic) => !cells.includes(`| \`${topic}\``)),
    [],
  );
});

test("every part that an ESP32 build may have is in the table of its host", () => {
  const cells = firstCells("hosts/esp32/README.md");
  const words = Object.keys(esp32Parts);
  assert.ok(words.length > 2);
  assert.deepEqual(
    words.filter((word) => !cells.includes(`| \`${word}\``)),
    [],
  );
});

test("no line of a document that is run has a password in it: npm shows its arguments and logs them", () => {
  for (const path of [
    "README.md",
    "CONTRIBUTING.md",
    "hosts/esp32/README.md",
    "hosts/lin/README.md",
  ]) {
    const text = readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
    const lines = text.split("\n").filter((line) => /^ {4}.*npm (run|start)/.test(line));
    assert.doesNotMatch(lines.join("\n"), /password=|:\/\/[^/ ]*:[^/ ]*@/, path);
  }
});

test("the first screen of the README says what the firmware has run on", () => {
  const text = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const start = text.split("\n").slice(0, 30).join(" ");
  assert.match(
    start,
    /the SDK's Linux simulator and on an emulated ESP32; not yet on a board in a hand/,
  );
});
