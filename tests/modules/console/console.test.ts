// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { LogLine } from "../../../modules/base/log.ts";
import { Commander } from "../../../modules/console/commander.ts";
import { Console } from "../../../modules/console/console.ts";
import { FakePort } from "../../support/fake-serial.ts";
import { ReplyBook } from "../../support/reply-book.ts";

function build() {
  const port = new FakePort();
  const lines: string[] = [];
  const console = new Console({
    serial: { io: port.io, baud: 115_200 },
    clock: { ticks: () => 1_234.6 },
  });
  const run = (_words: readonly string[], _view: undefined, line: string) => {
    lines.push(line);
    return "first\nsecond";
  };
  const commands = ["status", "x"].map((name) => ({ name, help: "", run }));
  console.use(new Commander({ commands, view: undefined }));
  return { port, lines, console };
}

function line(text: string, level: LogLine["level"] = "info"): LogLine {
  return { level, part: "wifi", event: "test", text };
}

const plain = { format: "text", level: "info", echo: false } as const;

test("a line is written with its part in front and a line end that terminals understand", () => {
  const { port, console } = build();
  port.makeRoom(1_000);
  console.log(line("connected"));
  console.log(line("weak signal", "warn"));
  console.log(line("gone", "error"));
  assert.equal(
    port.output,
    "wifi     connected\r\nwifi     warning: weak signal\r\nwifi     ERROR gone\r\n",
  );
});

test("in JSON a line is one object with time, level and data", () => {
  const { port, console } = build();
  port.makeRoom(1_000);
  console.configure({ ...plain, format: "json" });
  console.log({ ...line("joined"), data: { RSSI: -50, SSID: undefined } });
  assert.deepEqual(JSON.parse(port.output), {
    ticks: 1235,
    level: "info",
    part: "wifi",
    event: "test",
    text: "joined",
    RSSI: -50,
  });
});

test("lines less important than the level are not shown", () => {
  const { port, console } = build();
  port.makeRoom(1_000);
  console.log(line("hidden", "debug"));
  console.configure({ ...plain, level: "error" });
  console.log(line("hidden", "warn"));
  assert.equal(port.output, "");
  console.level = "debug";
  console.log(line("seen", "debug"));
  assert.equal(port.output, "wifi     seen\r\n");
});

test("the lines of a part that is followed are shown whatever the level, until that ends", () => {
  const { port, console } = build();
  port.makeRoom(1_000);
  console.configure({ ...plain, level: "error" });
  const reply = new ReplyBook();
  console.follow("wifi", reply);
  console.log(line("seen"));
  console.log({ ...line("hidden"), part: "mqtt" });
  console.unfollow();
  console.log(line("hidden"));
  assert.equal(port.output, "wifi     seen\r\n");
  assert.equal(reply.ends, 1);
});

test("what a slow port cannot take waits; what finds the queue full is counted and told", () => {
  const { port, console } = build();
  for (let i = 0; i < 40; i++) console.log(line(`line ${i}`));
  assert.equal(port.output, "");
  assert.equal(console.dropped, 8);
  for (let i = 0; i < 300; i++) port.makeRoom(5);
  assert.match(port.output, /^wifi {5}line 0\r\n/);
  const loss = "console  warning: 8 lines were lost here: the port is too slow";
  assert.ok(port.output.endsWith(`line 31\r\n${loss}\r\n`), port.output.slice(-200));
  console.log(line("after"));
  for (let i = 0; i < 9; i++) port.makeRoom(5);
  assert.ok(port.output.endsWith(`${loss}\r\nwifi     after\r\n`));
});

test("lost lines are told in JSON too", () => {
  const { port, console } = build();
  console.configure({ ...plain, format: "json" });
  for (let i = 0; i < 33; i++) console.log(line(`line ${i}`));
  port.makeRoom(10_000);
  const last = JSON.parse(port.output.trimEnd().split("\r\n").at(-1) ?? "");
  assert.deepEqual([last.part, last.event, last.count], ["console", "lost", 1]);
});

test("control characters from elsewhere do not reach the terminal", () => {
  const { port, console } = build();
  port.makeRoom(1_000);
  console.log(line("evil \x1b[2J net\r\n"));
  assert.equal(port.output, "wifi     evil \\x1b[2J net\\x0d\\x0a\r\n");
});

test("typed lines arrive whole, whatever ends them and however they are cut", () => {
  const { port, lines } = build();
  port.type("sta");
  port.type("tus\r\nx 1\n\n");
  port.type("x 2\r");
  port.type("\nx 3\r");
  assert.deepEqual(lines, ["status", "x 1", "x 2", "x 3"]);
});

const tooLong =
  "error: a line of more than 256 bytes was not run; a longer text goes into lines below: end the command with <<";
const notUTF8 = "error: a line that is not UTF-8 was not run; the terminal has to send UTF-8";

test("a line that is too long is refused at its end, with how long it may be, and not run", () => {
  for (const text of [`x ${"y".repeat(255)}`, `x ${"y".repeat(10_000)}`, `x ${"é".repeat(128)}`]) {
    const { port, lines, console } = build();
    port.makeRoom(1_000);
    console.configure(plain);
    port.type(text);
    assert.equal(port.output, "");
    port.type("\nx 1\n");
    assert.equal(port.output, `${tooLong}\r\nfirst\r\nsecond\r\n`);
    assert.deepEqual(lines, ["x 1"]);
  }
});

test("the longest line is run, and one that was too long can be begun again", () => {
  const { port, lines } = build();
  const longest = `x ${"y".repeat(254)}`;
  port.type(`${longest}\n`);
  port.type(`${longest}z\x15x 1\n`);
  port.type(`${longest}z\x03x 2\n`);
  assert.deepEqual(lines, [longest, "x 1", "x 2"]);
});

test("a line that is not UTF-8 is refused at its end, and the next one is run", () => {
  const wrong = [
    [0x78, 0x20, 0xff],
    [0x78, 0x20, 0xc3],
    [0x78, 0x20, 0xc3, 0x41],
    [0xe2, 0x82, 0x78, 0x20],
    [0xf0, 0x9f, 0xf0, 0x9f, 0x98, 0x80],
    [0xff, 0xfe, 0x00],
  ];
  for (const bytes of wrong) {
    const { port, lines, console } = build();
    port.makeRoom(1_000);
    console.configure(plain);
    port.type(new Uint8Array(bytes));
    port.type("\nx 1\n");
    assert.equal(port.output, `${notUTF8}\r\nfirst\r\nsecond\r\n`);
    assert.deepEqual(lines, ["x 1"]);
  }
});

test("without echo an answer is plain lines, and an error says so", () => {
  const { port, console } = build();
  port.makeRoom(1_000);
  console.configure(plain);
  port.type("status\nnothing\n");
  assert.equal(
    port.output,
    'first\r\nsecond\r\nerror: unknown command "nothing"; help lists them\r\n',
  );
});

test("in JSON an answer is an object a line, and no key is echoed", () => {
  const { port, console } = build();
  port.makeRoom(10_000);
  console.configure({ ...plain, format: "json", echo: true });
  port.type("sta\t\t\x1b[A\x15status\nnothing\n");
  const objects = port.output
    .trimEnd()
    .split("\r\n")
    .map((text) => JSON.parse(text));
  assert.deepEqual(
    objects.map(({ part, event, text }) => `${part} ${event} ${text}`),
    [
      "command answer first",
      "command answer second",
      'command refused unknown command "nothing"; help lists them',
    ],
  );
});

test("the last lines are kept with their time, shown or not, but no readings", () => {
  const { console } = build();
  console.level = "error";
  for (let i = 0; i < 30; i++) console.log(line(`line ${i}`));
  console.log({ ...line("co2 400 ppm"), event: "reading" });
  console.log(line("detail", "debug"));
  console.log(line("x".repeat(300), "warn"));
  const { recent } = console;
  assert.equal(recent.length, 24);
  assert.equal(recent[0], "     1.2 s  wifi     line 7");
  assert.equal(recent[22], "     1.2 s  wifi     line 29");
  assert.match(recent[23] ?? "", /warning: x+…$/);
  assert.ok((recent[23]?.length ?? 0) < 180);
});
