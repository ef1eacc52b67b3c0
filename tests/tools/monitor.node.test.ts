// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { monitorOptions } from "../../tools/monitor.ts";
import { type PortCallbacks, SerialLink } from "../../tools/serial-link.ts";
import { SerialLine, TerminalProcess, withoutTerminals } from "../support/pseudo-terminal.ts";
import { nodeCommand } from "../support/test-process.ts";

const skip = withoutTerminals;

function monitor(folder: string, ...options: string[]): TerminalProcess {
  return new TerminalProcess([...nodeCommand("tools/monitor.ts"), ...options], folder);
}

test("an option that does not exist is refused", () => {
  assert.throws(() => monitorOptions(["--speed", "9600"]), /speed/);
  assert.deepEqual(monitorOptions(["--port", "/dev/x", "--timestamps"]), {
    port: "/dev/x",
    timestamps: true,
    log: undefined,
  });
});

test("a serial line is shown and typed at; the file keeps it; Ctrl-] leaves", {
  skip,
}, async () => {
  const board = new SerialLine();
  const terminal = monitor(board.folder, "--port", await board.path(), "--log", "board.log");
  await terminal.shows("connected to /dev/");
  board.type("boot     airpair 0.1.0\r\n> ");
  await terminal.shows("airpair 0.1.0");
  await terminal.shows("> ");
  terminal.type("status\r");
  await board.shows("status\r");
  board.type("status\r\nwifi online\r\n");
  await terminal.shows("wifi online");
  terminal.type("\x14");
  await terminal.shows("times on");
  board.type("mqtt     warning: lost\r\n");
  await terminal.shows(/\d\d:\d\d:\d\d\.\d{3} .*lost/);
  assert.ok(terminal.output.includes("\x1b[33mwarning: lost"));
  terminal.type("\x1d");
  assert.equal(await terminal.ended, 0);
  board.signal("SIGTERM");
  await board.ended;
  const lines = readFileSync(join(board.folder, "board.log"), "utf8").trimEnd().split("\n");
  assert.deepEqual(
    lines.map((line) => line.replace(/^\d{4}-\d\d-\d\dT[\d:.]+Z /, "")),
    ["boot     airpair 0.1.0", "> status", "wifi online", "mqtt     warning: lost"],
  );
});

test("a board that is unplugged is waited for, and comes back on the same name", {
  skip,
}, async () => {
  const first = new SerialLine();
  const port = join(first.folder, "port");
  symlinkSync(await first.path(), port);
  const terminal = monitor(first.folder, "--port", port);
  await terminal.shows("connected to");
  rmSync(port);
  first.signal("SIGTERM");
  await first.ended;
  await terminal.shows("is gone");
  const second = new SerialLine();
  symlinkSync(await second.path(), port);
  await terminal.shows(/gone[\s\S]*connected to/);
  second.type("boot     again\r\n");
  await terminal.shows("again");
  terminal.type("\x1d");
  assert.equal(await terminal.ended, 0);
  second.signal("SIGTERM");
  await second.ended;
});

test("why there is no port is said once, and each pause it is looked for again", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const news: string[] = [];
  let problem: string | undefined = "no board is plugged in";
  let callbacks: PortCallbacks | undefined;
  let closed = 0;
  const link = new SerialLink({
    find: () => {
      if (problem !== undefined) throw new Error(problem);
      return "/dev/ttyUSB0";
    },
    open: async (_path, given) => {
      callbacks = given;
      return { write: () => {}, close: () => void closed++ };
    },
    onData: () => {},
    onNews: (text) => news.push(text),
  });
  const tick = async () => {
    t.mock.timers.tick(500);
    await new Promise((done) => setImmediate(done));
  };
  await link.connect();
  await tick();
  problem = undefined;
  await tick();
  callbacks?.onClose();
  await tick();
  assert.deepEqual(news, [
    "no board is plugged in; waiting",
    "connected to /dev/ttyUSB0",
    "/dev/ttyUSB0 is gone; waiting for the board to come back",
    "connected to /dev/ttyUSB0",
  ]);
  link.close();
  assert.equal(closed, 1);
});
