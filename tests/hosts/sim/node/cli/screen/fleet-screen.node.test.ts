// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { boardId } from "../../../../../../hosts/sim/node/board-names.ts";
import { FleetScreen } from "../../../../../../hosts/sim/node/cli/screen/fleet-screen.ts";
import type { Simulation } from "../../../../../../hosts/sim/node/simulation.ts";
import { PaintedScreen } from "../../../../../support/painted-screen.ts";

class Bench {
  readonly names: string[];
  terminal: PaintedScreen;
  readonly screen: FleetScreen;
  now = 0;
  quits = 0;

  constructor(count: number, columns: number, rows: number) {
    this.names = Array.from({ length: count }, (_, index) => boardId("board", index));
    this.terminal = new PaintedScreen(columns, rows);
    this.screen = new FleetScreen({
      write: (text) => this.terminal.write(text),
      size: () => this.terminal,
      boards: this.names,
      title: `${count} boards`,
      speed: 1,
      onQuit: () => this.quits++,
      now: () => this.now,
    });
    const command = "mosquitto_sub -h 127.0.0.1 -p 1883 -t airpair/+/+ -v";
    this.screen.say("watch", `Watch from another terminal:  ${command}`);
  }

  log(board: string, part: string, event: string, more: object = {}): void {
    const line = { ticks: 0, level: "info", part, event, text: `${part} ${event}`, ...more };
    this.screen.line(board, JSON.stringify(line));
  }

  reading(board: string, co2: number): void {
    this.log(board, "reading", "reading", { co2, voc: 90, temperature: 21.94, pressure: 101_060 });
    this.log(board, "mqtt", "publish", {
      topic: `airpair/${board}/reading`,
      text: "x".repeat(200),
    });
  }

  start(): void {
    for (const board of this.names) {
      this.log(board, "boot", "boot");
      this.log(board, "wifi", "online");
      this.log(board, "mqtt", "online");
      this.log(board, "ccs811", "ready");
      this.reading(board, 600);
    }
    this.screen.draw();
  }

  row(begin: string): string {
    return this.terminal.lines.find((line) => line.startsWith(begin)) ?? "";
  }

  type(text: string): void {
    this.screen.type(new TextEncoder().encode(text));
  }
}

test("a redraw costs the rows that have changed: thirty boards, every second, for a minute", () => {
  const bench = new Bench(30, 120, 50);
  bench.start();
  const whole = bench.terminal.bytes;
  for (let second = 1; second <= 60; second++) {
    for (const [index, board] of bench.names.entries()) bench.reading(board, 600 + second + index);
    bench.now = second * 1_000;
    bench.screen.draw();
  }
  const each = (bench.terminal.bytes - whole) / 60;
  assert.match(bench.row("board-ad"), /ready +689 +90 +21\.9 +– +1010\.6/);
  // A row of the table has about 150 bytes with its colours; a whole screen of text has 6,000.
  assert.ok(each < 30 * 200, `${each} bytes`);
  bench.screen.draw();
  const before = bench.terminal.bytes;
  bench.screen.draw();
  assert.equal(bench.terminal.bytes, before);
  bench.screen.close();
});

test("a line to copy that is said anew takes the place of the one before", () => {
  const bench = new Bench(2, 100, 24);
  bench.screen.say("page", "Page:  http://127.0.0.1:8080/");
  bench.start();
  bench.screen.say("watch", "Watch from another terminal:  mosquitto_sub -t 'lab/#' -v");
  bench.screen.draw();
  const rows = bench.terminal.lines.filter((line) => line.includes("mosquitto_sub"));
  assert.deepEqual(rows, ["Watch from another terminal:  mosquitto_sub -t 'lab/#' -v"]);
  assert.equal(bench.row("Page:"), "Page:  http://127.0.0.1:8080/");
  bench.screen.close();
});

test("readings that do not change what is seen write nothing but the age", () => {
  const bench = new Bench(2, 80, 24);
  bench.start();
  const before = bench.terminal.bytes;
  for (let n = 0; n < 100; n++) bench.reading("board-a", 600);
  bench.screen.draw();
  assert.equal(bench.terminal.bytes, before);
  bench.now = 45_000;
  bench.screen.draw();
  assert.match(bench.row("board-a"), / 45s /);
  assert.ok(bench.terminal.bytes - before < 500);
  bench.screen.close();
});

test("many lines at once are one redraw", () => {
  const bench = new Bench(30, 120, 50);
  bench.start();
  const before = bench.terminal.bytes;
  for (let n = 0; n < 1_000; n++) bench.reading(bench.names[n % 30] ?? "", n);
  // The next drawing comes by itself, a fifth of a second after the last.
  assert.ok(bench.terminal.bytes - before < 20_000, `${bench.terminal.bytes - before} bytes`);
  bench.screen.close();
});

test("the state of a board is the worst that it has said, in words", () => {
  const bench = new Bench(1, 80, 24);
  const state = () => {
    bench.screen.draw();
    return bench.row("board-a").slice(9, 23).trim();
  };
  const steps: [string, string, string][] = [
    ["boot", "boot", "joining"],
    ["ccs811", "booting", "joining"],
    ["wifi", "online", "connecting"],
    ["mqtt", "online", "warming up"],
    ["ccs811", "run-in", "run-in"],
    ["ccs811", "ready", "ready"],
    ["peer", "offline", "ready"],
    ["ccs811", "fault", "sensor fault"],
    ["scd4x", "ready", "sensor fault"],
    ["ccs811", "absent", "sensor gone"],
    ["mqtt", "offline", "no broker"],
    ["wifi", "offline", "no Wi-Fi"],
    ["portal", "open", "portal"],
    ["portal", "key", "portal"],
    ["portal", "closed", "no Wi-Fi"],
    ["wifi", "scanning", "joining"],
    ["wifi", "online", "connecting"],
    ["mqtt", "online", "sensor gone"],
    ["ccs811", "ready", "ready"],
    ["wifi", "offline", "no Wi-Fi"],
    ["wifi", "online", "connecting"],
  ];
  assert.equal(state(), "starting");
  for (const [part, event, word] of steps) {
    bench.log("board-a", part, event);
    assert.equal(state(), word, `${part} ${event}`);
  }
  bench.log("board-a", "sleep", "asleep", { duration: 180_000 });
  assert.match(state(), /^asleep 3 min$/);
  bench.log("board-a", "boot", "boot");
  assert.equal(state(), "joining");
  bench.screen.notice("board-a", "notice", "restarting: reboot command");
  assert.equal(state(), "starting");
  bench.screen.notice("board-a", "crashed", "the engine has ended: killed");
  assert.equal(state(), "crashed");
  bench.screen.close();
  assert.equal(bench.terminal.outside, "board-a: the engine has ended: killed\n");
});

test("a terminal that becomes narrower is drawn anew, and fits", () => {
  const bench = new Bench(30, 200, 60);
  bench.start();
  for (const [columns, rows] of [
    [80, 24],
    [40, 10],
    [20, 5],
    [120, 40],
  ] as const) {
    bench.terminal = new PaintedScreen(columns, rows);
    bench.terminal.isPainted = true;
    bench.screen.redraw();
    assert.match(bench.terminal.lines[0] ?? "", /^airpair/);
    if (columns >= 40) assert.match(bench.row("board-a"), /ready +600/);
    const { copied } = bench.terminal;
    if (columns >= 40) assert.match(copied.replaceAll("\n", ""), /airpair\/\+\/\+ -v/);
  }
  bench.screen.close();
});

test("boards are chosen and scrolled to, looked into and left", () => {
  const bench = new Bench(30, 80, 24);
  bench.start();
  assert.equal(bench.row("board-z"), "");
  bench.type("\x1b[F");
  assert.match(bench.row("board-ad"), /ready/);
  bench.type("\x1b[H\x1b[B\x1b[B\r");
  assert.match(bench.row("board-c"), /ready/);
  assert.equal(bench.row("board-d"), "");
  assert.ok(bench.terminal.hasCursor);
  bench.type("\x1b");
  assert.match(bench.row("board-d"), /ready/);
  bench.type("9");
  assert.match(bench.row("board-i"), /ready/);
  // On a console a q is a letter.
  bench.type("q");
  assert.equal(bench.quits, 0);
  assert.equal(bench.row("> "), "> q");
  bench.type("\x03\x03\x03");
  assert.equal(bench.quits, 1);
  bench.type("q");
  assert.equal(bench.quits, 2);
  bench.screen.close();
});

test("what is being read stays where it is while lines come", () => {
  const bench = new Bench(1, 80, 12);
  bench.start();
  for (let n = 0; n < 50; n++) bench.log("board-a", "mqtt", "note", { text: `line ${n}.` });
  bench.type("d");
  assert.ok(bench.terminal.lines.some((line) => line.endsWith("line 49.")));
  bench.type("\x1b[5~");
  const shown = bench.terminal.lines.filter((line) => /line \d+\.$/.test(line));
  assert.ok(shown.at(-1)?.endsWith("line 39."), shown.at(-1));
  for (let n = 50; n < 60; n++) bench.log("board-a", "mqtt", "note", { text: `line ${n}.` });
  bench.screen.draw();
  assert.deepEqual(
    bench.terminal.lines.filter((line) => /line \d+\.$/.test(line)),
    shown,
  );
  bench.screen.close();
});

test("a line that is no JSON is shown as it is, without what moves a cursor", () => {
  const bench = new Bench(1, 80, 24);
  for (const text of ["plain \x1b[2J words", "null", '{"part":1}', "[]", "{"]) {
    bench.screen.line("board-a", text);
  }
  bench.screen.draw();
  assert.ok(bench.terminal.lines.some((line) => line.endsWith("plain \\x1b[2J words")));
  bench.screen.close();
});

test("the answer to a secret question is never shown, neither as it is typed nor in the log nor when it is recalled", () => {
  const bench = new Bench(1, 100, 30);
  bench.start();
  const shown = () => bench.terminal.lines.join("\n");
  const ask = (isSecret: boolean) => {
    bench.log("board-a", "command", "question", { text: "the token:", isSecret });
  };
  bench.type("1");
  ask(true);
  bench.log("board-a", "command", "answer", { text: "(Ctrl-C gives up)" });
  bench.type("hidden-token");
  assert.match(shown(), /\*{12}/);
  bench.type("\r");
  bench.log("board-a", "command", "refused", { text: "that does not do" });
  bench.type("hidden-token\r");
  ask(true);
  bench.type("hidden-token\r");
  ask(false);
  bench.type("in-sight");
  assert.match(shown(), /in-sight/);
  bench.type("\r");
  bench.log("board-a", "command", "answer", { text: "set up" });
  bench.type("\x1b[A");
  assert.match(shown(), /in-sight/);
  bench.type("\x1b[A\x1b[A");
  bench.screen.draw();
  assert.doesNotMatch(shown(), /hidden|token-/);
});

test("a question may be answered with an empty line, which else is no command", () => {
  const bench = new Bench(1, 100, 30);
  bench.start();
  const sent: string[] = [];
  const board = { type: (text: string) => sent.push(text), messages: {}, room: {} };
  bench.screen.use({ boards: [board], peersOf: () => [] } as unknown as Simulation);
  bench.type("1\r");
  assert.deepEqual(sent, []);
  bench.log("board-a", "command", "question", { text: "server [usual]:", isSecret: false });
  bench.type("\r");
  assert.deepEqual(sent, ["\n"]);
});
