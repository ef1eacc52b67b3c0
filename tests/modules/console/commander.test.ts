// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { Commander } from "../../../modules/console/commander.ts";

const commander = new Commander([
  { name: "echo", help: "says it again", run: (words) => words.join(" ") },
  {
    name: "fail",
    help: "fails",
    run: () => {
      throw new Error("broken\nin two lines");
    },
  },
]);

test("a command gets its words and gives its answer", () => {
  assert.deepEqual(commander.run("  echo a   b "), { ok: true, text: "a b" });
});

test("help lists every command with its line", () => {
  assert.deepEqual(commander.run("help"), {
    ok: true,
    text: "help  this list\necho  says it again\nfail  fails",
  });
});

test("an unknown command names those that are known", () => {
  assert.deepEqual(commander.run("reboot now"), {
    ok: false,
    text: 'unknown command "reboot"; known are help, echo, fail',
  });
  assert.match(commander.run("   ").text, /empty command/);
});

test("an error becomes the answer, in one line", () => {
  assert.deepEqual(commander.run("fail"), { ok: false, text: "broken in two lines" });
});

test("an over-long line is refused", () => {
  const answer = commander.run(`echo ${"x".repeat(300)}`);
  assert.equal(answer.ok, false);
  assert.match(answer.text, /305 characters refused; 256 are allowed/);
});
