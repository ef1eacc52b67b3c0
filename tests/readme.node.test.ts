// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix, resolve } from "node:path";
import test from "node:test";
import { boardTopics } from "../modules/app/board-topics.ts";
import { boardCommands } from "../modules/app/commands/command-list.ts";
import { ExampleBoard } from "../modules/app/example/example-board.ts";
import { version } from "../modules/base/version.ts";
import { esp32Parts } from "../tools/build-parts.ts";

const root = resolve(import.meta.dirname, "..");

/** Every document of the repository, by its path. */
const documents: ReadonlyMap<string, string> = new Map(
  ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"]
    .filter((path) => existsSync(join(root, path)))
    .concat(["docs", "deploy", "drivers", "examples", "hosts"].flatMap(documentsBelow))
    .map((path) => [path, readFileSync(join(root, path), "utf8")]),
);

function documentsBelow(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  const paths = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  return paths.filter((path) => path.endsWith(".md")).map((path) => posix.join(folder, path));
}

/** How a heading is named in the address of its document. */
function anchorOf(heading: string): string {
  const text = heading.replace(/^#+ /, "").toLowerCase();
  return text.replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-");
}

function anchorsOf(text: string): string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, "");
  return prose
    .split("\n")
    .filter((line) => /^#{1,6} /.test(line))
    .map(anchorOf);
}

/** First cells of the rows of all tables in a document. */
function firstCells(path: string): string[] {
  const lines = (documents.get(path) ?? "").split("\n");
  return lines.filter((line) => line.startsWith("| ")).map((line) => line.split(" | ")[0] ?? "");
}

test("every command of the console is in a table of its document", () => {
  const cells = firstCells("docs/console.md").join("\n");
  const isMissing = ({ name }: { readonly name: string }) =>
    !new RegExp(`\`${name}\\b`).test(cells);
  assert.ok(boardCommands.length > 10);
  const missing = boardCommands.filter(isMissing).map(({ name }) => name);
  assert.deepEqual(missing, []);
});

test("every topic of a board is in a table of its document", () => {
  const cells = firstCells("docs/topics.md");
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
  for (const [path, text] of documents) {
    const lines = text.split("\n").filter((line) => /^ {4}.*npm (run|start)/.test(line));
    assert.doesNotMatch(lines.join("\n"), /password=|:\/\/[^/ ]*:[^/ ]*@/, path);
  }
});

test("the first screen of the README says what the firmware has run on", () => {
  const text = documents.get("README.md") ?? "";
  const start = text.split("\n").slice(0, 30).join(" ");
  assert.match(
    start,
    /the SDK's Linux simulator and on an emulated ESP32; not yet on a board in a hand/,
  );
});

test("every link of a document leads to a file that is there, and to one of its headings", () => {
  assert.ok(documents.size > 30);
  const broken: string[] = [];
  for (const [path, text] of documents) {
    for (const [, target = ""] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [file = "", anchor] = target.split("#");
      const wanted = file === "" ? path : posix.join(posix.dirname(path), file);
      const there = existsSync(join(root, wanted));
      const isHeading =
        anchor === undefined || anchorsOf(documents.get(wanted) ?? "").includes(anchor);
      if (!there || !isHeading) broken.push(`${path}: ${target}`);
    }
  }
  assert.deepEqual(broken, []);
});

test("every document of docs is in the index", () => {
  const index = documents.get("docs/README.md") ?? "";
  const isOfIndex = (path: string) => /^docs\/[^/]+\.md$/.test(path) && path !== "docs/README.md";
  const missing = [...documents.keys()]
    .filter(isOfIndex)
    .filter((path) => !index.includes(`](${path.slice(5)})`));
  assert.deepEqual(missing, []);
});

test("every example, and all that a program can do on a board, is in the table of the examples", () => {
  const cells = firstCells("examples/README.md").join("\n");
  const files = readdirSync(join(root, "examples")).filter((name) => name.endsWith(".ts"));
  assert.ok(files.length >= 5);
  const names = Object.getOwnPropertyNames(ExampleBoard.prototype).filter(
    (name) => !["constructor", "close", "guard", "keep", "openPin", "session"].includes(name),
  );
  assert.ok(names.length >= 12);
  const missing = [
    ...files.filter((name) => !cells.includes(`](${name})`)),
    ...names.filter((name) => !new RegExp(`\`board\\.${name}\\b`).test(cells)),
  ];
  assert.deepEqual(missing, []);
});

test("every picture of wires and ways says in words what it shows, and has colours for a dark ground", () => {
  const names = readdirSync(join(root, "docs/pictures")).filter((name) => name.endsWith(".svg"));
  assert.ok(names.length >= 4);
  const all = [...documents.values()].join("\n");
  for (const name of names) {
    const text = readFileSync(join(root, "docs/pictures", name), "utf8");
    assert.match(text, /<title[^>]*>[^<]{10,}<\/title>\n<desc[^>]*>[^<]{20,}<\/desc>/, name);
    assert.match(text, /@media \(prefers-color-scheme: dark\)/, name);
    assert.ok(new RegExp(`!\\[[^\\]]{20,}\\]\\([^)]*pictures/${name}\\)`).test(all), name);
  }
});

test("the newest version in the changelog is that of the firmware", () => {
  const text = documents.get("CHANGELOG.md") ?? "";
  const versions = [...text.matchAll(/^## (\d+\.\d+\.\d+)$/gm)].map(([, number]) => number);
  assert.equal(versions[0], version);
  assert.ok(text.indexOf("## Unreleased") < text.indexOf(`## ${version}`));
});
