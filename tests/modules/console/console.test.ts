// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { LogLine } from "../../../modules/base/log.ts";
import { Console } from "../../../modules/console/console.ts";
import { FakePort } from "../../support/fake-serial.ts";

function build() {
  const port = new FakePort();
  const lines: string[] = [];
  const console = new Console({
    serial: { io: port.io, baud: 115_200 },
    ticks: () => 1_234.6,
    onLine: (line) => lines.push(line),
  });
  return { port, lines, console };
}

function line(text: string, level: LogLine["level"] = "info"): LogLine {
  return { level, part: "wifi", event: "test", text };
}

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
  console.configure({ format: "json", level: "info" });
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
  console.configure({ format: "text", level: "error" });
  console.log(line("hidden", "warn"));
  assert.equal(port.output, "");
});

test("what a slow port cannot take waits, and what finds the queue full is counted", () => {
  const { port, console } = build();
  for (let i = 0; i < 40; i++) console.log(line(`line ${i}`));
  assert.equal(port.output, "");
  assert.equal(console.dropped, 8);
  for (let i = 0; i < 300; i++) port.makeRoom(5);
  assert.match(port.output, /^wifi {5}line 0\r\n/);
  assert.match(port.output, /line 31\r\n$/);
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
  port.type("tus\r\nhelp\n\n");
  assert.deepEqual(lines, ["status", "help"]);
});

test("an endless or binary input line is cut and harms nothing", () => {
  const { port, lines } = build();
  port.type("x".repeat(10_000));
  port.type(new Uint8Array([0xff, 0xfe, 0x00, 0x0a]));
  assert.equal(lines.length, 1);
  assert.equal(lines[0]?.length, 256);
});
