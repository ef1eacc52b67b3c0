// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { Command } from "../../../modules/console/command.ts";
import { Commander } from "../../../modules/console/commander.ts";
import { Console } from "../../../modules/console/console.ts";
import type { Question, Reply } from "../../../modules/console/running-command.ts";
import { FakePort } from "../../support/fake-serial.ts";
import { FakeTime } from "../../support/fake-time.ts";

/** A console with a command that asks questions, and keeps the answers. */
class Trial {
  readonly port = new FakePort();
  readonly time = new FakeTime();
  readonly answers: string[] = [];
  readonly ran: string[] = [];
  stopped = 0;
  readonly commander: Commander;
  readonly console: Console;

  constructor(questions: readonly Partial<Question>[], limit?: number) {
    const console = new Console({ serial: { io: this.port.io, baud: 115_200 }, clock: this.time });
    this.console = console;
    const ask = (reply: Reply, at: number) => {
      const question = questions[at];
      if (!question) {
        reply.end();
        return;
      }
      const answered = (text: string) => {
        this.answers.push(text);
        ask(reply, at + 1);
      };
      const standard = { text: `question ${at + 1}?`, isSecret: false, isLong: false };
      reply.ask?.({ ...standard, ...question, answered });
    };
    const commands: Command<undefined>[] = [
      {
        name: "setup",
        help: "asks",
        run: () => ({
          text: "asking",
          limit,
          start: (reply) => ask(reply, 0),
          stop: () => {
            this.stopped++;
          },
        }),
      },
      {
        name: "note",
        help: "notes",
        run: (words) => {
          this.ran.push(words.join(" "));
          return "noted";
        },
      },
    ];
    this.commander = new Commander({ commands, view: undefined, timers: this.time });
    console.use(this.commander);
    this.port.makeRoom(1_000_000);
  }

  type(text: string): string {
    const before = this.port.output.length;
    this.port.type(text);
    return this.port.output.slice(before);
  }
}

test("lines that are typed answer the questions of a command, one after the other", () => {
  const trial = new Trial([{}, {}]);
  assert.match(trial.type("setup\r"), /question 1\?/);
  assert.match(trial.type("note this\r"), /question 2\?/);
  trial.type("\r");
  assert.deepEqual(trial.answers, ["note this", ""]);
  assert.deepEqual(trial.ran, []);
  trial.type("note that\r");
  assert.deepEqual(trial.ran, ["that"]);
});

test("a secret answer is never on the screen, nor in the history, nor completed", () => {
  const trial = new Trial([{ isSecret: true }]);
  trial.type("setup\r");
  trial.type("hunt");
  trial.type("\t");
  trial.type("er22\r");
  assert.deepEqual(trial.answers, ["hunter22"]);
  assert.ok(!/h?unter|hunt/.test(trial.port.output));
  trial.type("\x1b[A\x1b[A\x1b[A");
  assert.ok(!trial.port.output.includes("hunter22"));
});

test("a long answer takes lines until one with only a dot, and a short one ends with its line", () => {
  const trial = new Trial([{ isLong: true }, { isLong: true }, {}]);
  trial.type("setup\r");
  trial.type("first\r");
  trial.type("second\r");
  trial.type(".\r");
  trial.type("\r");
  assert.deepEqual(trial.answers, ["firstsecond", ""]);
  const long = "x".repeat(200);
  trial.type(`${long}\r`);
  assert.equal(trial.answers[2], long);
});

test("an answer that is too long or no UTF-8 is refused, and asked for again", () => {
  const trial = new Trial([{}]);
  trial.type("setup\r");
  assert.match(
    trial.type(`${"x".repeat(300)}\r`),
    /error: the command was not run: a line of more than 256/,
  );
  trial.port.type(Uint8Array.of(0xff, 0x0d));
  assert.deepEqual(trial.answers, []);
  trial.type("short\r");
  assert.deepEqual(trial.answers, ["short"]);
});

test("Ctrl-C and Ctrl-D at a question end the command, and the next line is one again", () => {
  for (const keys of ["\x03", "half\x03", "\x04"]) {
    const trial = new Trial([{}]);
    trial.type("setup\r");
    trial.type(keys);
    assert.equal(trial.stopped, 1);
    trial.type("note it\r");
    assert.deepEqual([trial.answers, trial.ran], [[], ["it"]]);
  }
});

test("nobody is left with the question of a command whose time is over", () => {
  const trial = new Trial([{ isSecret: true }], 60_000);
  trial.type("setup\r");
  trial.time.advance(61_000);
  assert.match(trial.port.output, /had not ended after 60 s/);
  trial.type("note it\r");
  assert.deepEqual([trial.answers, trial.ran], [[], ["it"]]);
});

test("where nobody can be asked the command fails", () => {
  const trial = new Trial([{}]);
  let failure: string | undefined;
  trial.commander.run("setup", {
    replied: () => {},
    ended: (_running, why) => {
      failure = why;
    },
  });
  assert.match(failure ?? "", /only the board's own console can answer/);
});

test("a program that reads the console is told which questions nobody may see the answers of", () => {
  const trial = new Trial([{ isSecret: true }, {}]);
  trial.console.configure({ format: "json", level: "info", echo: false });
  const questionsIn = (text: string) =>
    text
      .trim()
      .split("\r\n")
      .map((line) => JSON.parse(line))
      .filter(({ event }) => event === "question")
      .map(({ part, isSecret }) => [part, isSecret]);
  assert.deepEqual(questionsIn(trial.type("setup\n")), [["command", true]]);
  const answered = trial.type("hidden\n");
  assert.deepEqual(questionsIn(answered), [["command", false]]);
  assert.doesNotMatch(answered, /hidden/);
  trial.type("shown\n");
  assert.deepEqual(trial.answers, ["hidden", "shown"]);
});
