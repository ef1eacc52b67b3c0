// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import test, { after, before } from "node:test";
import { CourseRoom } from "../support/course-room.ts";
import { commandsOf, stepsOf } from "../support/course-text.ts";

const root = resolve(import.meta.dirname, "../..");
const folder = join(root, "docs/course");
const chapters = readdirSync(folder).filter((name) => /^\d\d-.*\.md$/.test(name));
const clients = ["mosquitto", "mosquitto_sub", "mosquitto_pub", "stdbuf"];
const missing = clients.filter((name) => spawnSync(name, ["--help"]).error !== undefined);
const skip = missing.length > 0 && `${missing.join(", ")}: not installed`;

function read(name: string): string {
  return readFileSync(join(folder, name), "utf8");
}

const room = new CourseRoom();
before(() => (skip ? undefined : room.open()));
after(() => room.close());

for (const name of chapters) {
  const steps = stepsOf(name, read(name));
  if (steps.length === 0) continue;
  test(`what ${name} shows is seen when its commands are typed`, { skip }, async () => {
    for (const step of steps) {
      await room.work(step).catch((error: Error) => {
        throw new Error(`docs/course/${name}:${step.line}: ${error.message}`);
      });
    }
    room.endShells();
  });
}

test("every chapter but the last has something to type and something to see", () => {
  assert.ok(chapters.length >= 15);
  for (const name of chapters.slice(0, -1)) {
    const lines = stepsOf(name, read(name)).flatMap(commandsOf);
    const shown = lines.filter(({ kind }) => kind === "shown").length;
    assert.ok(shown >= 5 && lines.length - shown >= 3, name);
  }
});

test("the chapters are in the index, in order, and each leads to the next", () => {
  const index = [...read("README.md").matchAll(/\]\((\d\d-[^)]+)\)/g)].map(([, name]) => name);
  assert.deepEqual(index, chapters);
  for (const [at, name] of chapters.slice(0, -1).entries()) {
    assert.match(read(name), new RegExp(`\nNext: \\[[^\\]]+\\]\\(${chapters[at + 1]}\\)\n$`), name);
  }
});

test("every npm script that a chapter names is there", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const named = ["README.md", ...chapters].flatMap((name) =>
    [...read(name).matchAll(/npm run ([\w:]+)/g)].map(([, script = ""]) => script),
  );
  assert.ok(named.length >= 10);
  assert.deepEqual(
    named.filter((script) => !(script in scripts)),
    [],
  );
});

test("a line that a chapter shows and that does not come is an error, with its place", async () => {
  const other = new CourseRoom(50);
  await assert.rejects(
    other.work({ chapter: "x", line: 1, lines: ["board-a | never this"] }),
    /not seen: board-a \| never this/,
  );
  await other.close();
});
