// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { UsageError } from "../../../modules/console/command-error.ts";
import { textBehind } from "../../../modules/console/command-words.ts";
import { Commander } from "../../../modules/console/commander.ts";

const commander = new Commander({
  view: { board: "kitchen" },
  commands: [
    {
      name: "echo",
      help: "says it again",
      usage: "TEXT",
      details: "at most one line",
      run: (words) => {
        if (words.length === 0) throw new UsageError("echo needs a text");
        return words.join(" ");
      },
      complete: (words) => (words.length === 0 ? ["hall", "hallway", "attic"] : []),
    },
    {
      name: "fail",
      help: "fails",
      run: () => {
        throw new Error("broken\nin two lines");
      },
    },
    { name: "where", help: "names the board", run: (_words, { board }) => board },
    { name: "rest", help: "all that follows", run: (_words, _view, line) => textBehind(line, 1) },
  ],
});

test("a command gets its words and gives its answer", () => {
  assert.deepEqual(commander.run("  echo a   b "), { ok: true, text: "a b" });
});

test("a command sees the board, and the line as it was typed", () => {
  assert.equal(commander.run("where").text, "kitchen");
  assert.equal(commander.run("  rest   a   b  ").text, "a   b");
  assert.equal(commander.run('rest " a  b "').text, " a  b ");
  assert.equal(commander.run('rest ""').text, "");
  assert.equal(commander.run('rest ""quoted""').text, '"quoted"');
  assert.equal(commander.run('rest "').text, '"');
  assert.equal(commander.run("rest").text, "");
});

test("a misuse is told by the way that was meant, and help shows all ways", () => {
  const run = (words: readonly string[]) => {
    throw new UsageError(`no ${words[0]}`);
  };
  const usage = ["[show]", "add NAME [PLACE]", "on"];
  const net = new Commander({ commands: [{ name: "net", help: "", usage, run }], view: undefined });
  const told = (line: string) => net.run(line).text.split("; ")[1];
  assert.equal(told("net add"), "usage: net add NAME [PLACE]");
  assert.equal(told("net show x"), "usage: net [show]");
  assert.equal(told("net on"), "usage: net on");
  for (const line of ["net", "net ad", "net adder", "net [show]"]) {
    assert.equal(told(line), "usage: net show | add | on", line);
  }
  assert.equal(
    net.run("help net").text,
    "usage: net [show]\n       net add NAME [PLACE]\n       net on\n",
  );
});

test("help lists every command with its line", () => {
  assert.deepEqual(commander.run("help"), {
    ok: true,
    text: [
      "help   this list, or how a command is used",
      "echo   says it again",
      "fail   fails",
      "where  names the board",
      "rest   all that follows",
    ].join("\n"),
  });
});

test("help with a name tells how that command is used", () => {
  assert.equal(
    commander.run("help echo").text,
    "usage: echo TEXT\nsays it again\nat most one line",
  );
  assert.equal(commander.run("help fail").text, "usage: fail\nfails");
  assert.match(commander.run("help help").text, /^usage: help \[COMMAND\]\n/);
  assert.equal(commander.run("help nothing").text, 'unknown command "nothing"; help lists them');
  assert.equal(commander.run("help echo fail").text, '"fail" is too much');
});

test("an unknown command says where those that are known are found", () => {
  assert.deepEqual(commander.run("reboot now"), {
    ok: false,
    text: 'unknown command "reboot"; help lists them',
  });
  assert.match(commander.run("   ").text, /empty command/);
});

test("an error becomes the answer, in one line; a misuse with the usage", () => {
  assert.deepEqual(commander.run("fail"), { ok: false, text: "broken in two lines" });
  assert.deepEqual(commander.run("echo"), {
    ok: false,
    text: "echo needs a text; usage: echo TEXT",
  });
});

test("a long line is taken, but words without number are not told apart", () => {
  assert.equal(commander.run(`echo ${"x".repeat(4_000)}`).text.length, 4_000);
  assert.equal(commander.run(`echo${" x".repeat(2_000)}`).text.split(" ").length, 63);
  assert.equal(commander.run(`rest${" x".repeat(2_000)}`).text.length, 3_999);
});

test("a line is completed with command names, and with what the command offers", () => {
  assert.deepEqual(commander.complete(""), ["help", "echo", "fail", "where", "rest"]);
  assert.deepEqual(commander.complete("e"), ["echo"]);
  assert.deepEqual(commander.complete("help f"), ["fail"]);
  assert.deepEqual(commander.complete("echo ha"), ["hall", "hallway"]);
  assert.deepEqual(commander.complete("echo hall "), []);
  assert.deepEqual(commander.complete("fail "), []);
  assert.deepEqual(commander.complete("nothing "), []);
});
