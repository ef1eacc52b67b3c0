// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { Commander } from "../../../modules/console/commander.ts";
import { Console, type ConsoleSettings } from "../../../modules/console/console.ts";
import { FakePort } from "../../support/fake-serial.ts";
import { seededRandom } from "../../support/random.ts";
import { TerminalScreen } from "../../support/terminal-screen.ts";

const standard: ConsoleSettings = { format: "text", level: "info", echo: true };

/** A console with a terminal at it; `ran` are the lines that were run. */
class Bench {
  readonly port = new FakePort();
  readonly ran: string[] = [];
  readonly screen = new TerminalScreen();
  readonly console: Console;
  quits = 0;

  constructor(settings = standard) {
    this.console = new Console({
      serial: { io: this.port.io, baud: 115_200 },
      clock: { ticks: () => 0 },
      onQuit: () => this.quits++,
    });
    const complete = (words: readonly string[]) =>
      words.length === 0 ? ["wifi.ssid", "wifi.password"] : [];
    const commands = ["get", "set", "status", "stats"].map((name) => ({
      name,
      help: "",
      complete,
      run: (_words: readonly string[], _view: undefined, line: string) => {
        this.ran.push(line);
        return `did ${name}`;
      },
    }));
    const wait = {
      name: "wait",
      help: "",
      run: () => ({
        text: "waiting",
        limit: undefined,
        start: () => {},
        stop: () => this.ran.push("stopped"),
      }),
    };
    const secretIn = (line: string) => (line.startsWith("set wifi.password ") ? 18 : line.length);
    this.console.use(new Commander({ commands: [...commands, wait], view: undefined, secretIn }));
    this.console.configure(settings);
    this.port.makeRoom(1_000_000);
  }

  log(text: string): void {
    this.console.log({ level: "info", part: "wifi", event: "test", text });
  }

  /** Types, and returns the last line of the screen. */
  type(text: string | Uint8Array): string {
    this.port.type(text);
    return this.show();
  }

  /** Brings the screen up to date. */
  show(): string {
    this.screen.write(this.port.output);
    this.port.output = "";
    return this.screen.last;
  }
}

test("nothing but plain lines goes out before the first key", () => {
  const bench = new Bench();
  bench.log("connected");
  bench.port.type(new Uint8Array([0x00, 0xff, 0x1b]));
  bench.log("lost");
  assert.equal(bench.port.output, "wifi     connected\r\nwifi     lost\r\n");
});

test("the first key brings the prompt, and every key is echoed", () => {
  const bench = new Bench();
  bench.log("connected");
  assert.equal(bench.type("s"), "> s");
  assert.equal(bench.type("tatüs"), "> statüs");
  assert.equal(bench.type("\x7f\x7fus"), "> status");
  assert.equal(bench.type("\r"), ">");
  assert.deepEqual(bench.screen.lines, ["wifi     connected", "> status", "did status", ">"]);
  assert.deepEqual(bench.ran, ["status"]);
});

test("a log line appears above the line being typed, which stays with its cursor", () => {
  const bench = new Bench();
  bench.type("set board\x1b[D\x1b[D");
  assert.equal(bench.screen.column, 9);
  bench.log("connected");
  bench.log("lost");
  assert.equal(bench.show(), "> set board");
  assert.equal(bench.screen.column, 9);
  assert.deepEqual(bench.screen.lines, ["wifi     connected", "wifi     lost", "> set board"]);
  bench.type("\x1b[F!\n");
  assert.deepEqual(bench.ran, ["set board!"]);
});

test("a long line is shown in part, around the cursor, and run whole", () => {
  const bench = new Bench();
  const long = `set x ${"0123456789".repeat(12)}`;
  assert.equal(bench.type(long), `> ${long.slice(-75)}`);
  assert.ok(bench.screen.column < 80);
  assert.equal(bench.type("\x1b[H"), `> ${long.slice(0, 76)}`);
  assert.equal(bench.screen.column, 2);
  bench.type("\n");
  assert.deepEqual(bench.ran, [long]);
});

test("Ctrl-U erases, Ctrl-C gives the line up, and only on an empty line it quits", () => {
  const bench = new Bench();
  assert.equal(bench.type("status\x15"), ">");
  bench.type("stat\x03");
  assert.equal(bench.quits, 0);
  assert.deepEqual(bench.screen.lines, ["> stat^C", ">"]);
  bench.type("\x03");
  assert.equal(bench.quits, 1);
  bench.type("x\x04\x7f\x04");
  assert.equal(bench.quits, 2);
  assert.deepEqual(bench.ran, []);
});

test("Delete takes the character at the cursor, as Ctrl-D does, and never quits", () => {
  const bench = new Bench();
  bench.type("abc\x1b[H\x1b[3~");
  assert.equal(bench.type(""), "> bc");
  bench.type("\x04");
  assert.equal(bench.type(""), "> c");
  for (let i = 0; i < 3; i++) bench.type("\x1b[3~");
  assert.equal(bench.type(""), ">");
  assert.equal(bench.quits, 0);
  bench.type("\x04");
  assert.equal(bench.quits, 1);
});

test("Ctrl-C on an empty line ends what goes on before it quits", () => {
  const bench = new Bench();
  bench.type("wait\r");
  bench.type("\x03");
  assert.deepEqual(bench.ran, ["stopped"]);
  assert.equal(bench.quits, 0);
  bench.type("\x03");
  assert.equal(bench.quits, 1);
});

test("up brings the lines before; down goes back", () => {
  const bench = new Bench();
  bench.type("status\nstats\nnew");
  assert.equal(bench.type("\x1b[A"), "> stats");
  assert.equal(bench.type("\x1b[A"), "> status");
  assert.equal(bench.type("\x1b[B\x1b[B"), "> new");
});

test("tab completes as far as it is clear, and then shows what there is", () => {
  const bench = new Bench();
  assert.equal(bench.type("sta\t"), "> stat");
  bench.type("\t");
  assert.deepEqual(bench.screen.lines, ["status  stats", "> stat"]);
  assert.equal(bench.type("\x15ge\t"), "> get");
  assert.equal(bench.screen.column, 6);
  assert.equal(bench.type("w\ts\t"), "> get wifi.ssid");
  assert.equal(bench.type("\t"), "> get wifi.ssid");
  assert.equal(bench.type("\x15nothing \t"), "> nothing");
});

test("a secret is shown as asterisks while it is typed, and not brought back", () => {
  const bench = new Bench();
  assert.equal(bench.type("set wifi.password hunter2"), "> set wifi.password *******");
  bench.log("a line between");
  bench.type("\n");
  assert.equal(bench.type("\x1b[A"), ">");
  bench.type("set wifi.password hunter2\x03");
  assert.deepEqual(
    bench.screen.lines.filter((line) => line.includes("hunter")),
    [],
  );
  assert.deepEqual(bench.ran, ["set wifi.password hunter2"]);
});

test("echo and format can be changed while somebody types", () => {
  const bench = new Bench();
  bench.type("sta");
  bench.console.configure({ ...standard, echo: false });
  bench.type("tus\n");
  bench.log("plain");
  assert.equal(bench.show(), "");
  assert.deepEqual(bench.screen.lines, ["did status", "wifi     plain", ""]);
  bench.console.configure(standard);
  assert.equal(bench.type("s"), "> s");
});

test("a slow port gets every piece in order, and the line being typed at the end", () => {
  const bench = new Bench();
  bench.port.makeRoom(0);
  bench.type("sta");
  bench.log("first");
  bench.type("tus\n");
  bench.log("second");
  bench.type("get");
  for (let i = 0; i < 200; i++) bench.port.makeRoom(1);
  assert.equal(bench.show(), "> get");
  assert.deepEqual(bench.screen.lines, [
    "wifi     first",
    "> status",
    "did status",
    "wifi     second",
    "> get",
  ]);
});

/** Bytes of which many mean something to a console. */
function randomByte(random: () => number): number {
  const special = [0x0d, 0x0a, 0x1b, 0x5b, 0x41, 0x42, 0x43, 0x44, 0x7f, 0x09, 0x03, 0x15, 0x20];
  const index = Math.floor(random() * special.length);
  return random() < 0.5 ? (special[index] ?? 0) : Math.floor(random() * 256);
}

test("random bytes never break the console: it goes on, and the screen stays a screen", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = seededRandom(seed);
    const bench = new Bench();
    bench.type("s");
    for (let piece = 0; piece < 20; piece++) {
      const length = 1 + Math.floor(random() * 40);
      const bytes = Uint8Array.from({ length }, () => randomByte(random));
      bench.port.makeRoom(random() < 0.3 ? Math.floor(random() * 50) : 100_000);
      bench.type(bytes);
      if (random() < 0.5) bench.log(`line ${piece}`);
    }
    bench.port.makeRoom(1_000_000);
    // Ctrl-C ends a sequence that was begun; a second one would quit.
    bench.type("\x03\x15");
    const count = bench.ran.length;
    assert.equal(bench.type("status"), "> status", `seed ${seed}`);
    bench.type("\n");
    bench.log("after");
    bench.show();
    assert.deepEqual(bench.screen.lines.slice(-4), [
      "> status",
      "did status",
      "wifi     after",
      ">",
    ]);
    assert.equal(bench.ran.length, count + 1);
  }
});
