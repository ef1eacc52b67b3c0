// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { Commander } from "../../../modules/console/commander.ts";
import { Console, type ConsoleSettings } from "../../../modules/console/console.ts";
import { FakePort } from "../../support/fake-serial.ts";
import { TerminalScreen } from "../../support/terminal-screen.ts";

const plain: ConsoleSettings = { format: "text", level: "info", echo: false };
const goOn =
  "go on in lines of any number, which are joined without their ends, 4000 bytes at most; a line with only a dot ends them, Ctrl-C gives up";

/** A console with the commands `set`, of which `set key` takes a secret, and `status`. */
function build(settings: ConsoleSettings = plain) {
  const port = new FakePort();
  const ran: string[] = [];
  let quits = 0;
  const console = new Console({
    serial: { io: port.io, baud: 115_200 },
    clock: { ticks: () => 0 },
    onQuit: () => quits++,
  });
  const run = (_words: readonly string[], _view: undefined, line: string) => {
    ran.push(line);
    return "done";
  };
  const commands = ["set", "status"].map((name) => ({ name, help: "", run }));
  const secretIn = (line: string) => (line.startsWith("set key ") ? 8 : line.length);
  console.use(new Commander({ commands, view: undefined, secretIn }));
  console.configure(settings);
  port.makeRoom(10_000_000);
  /** Types; returns the lines that came back. */
  const type = (text: string) => {
    port.output = "";
    port.type(text);
    return port.output.split("\r\n").filter((line) => line !== "");
  };
  return { port, console, ran, type, quits: () => quits };
}

const value = "0123456789abcdef".repeat(250);

test("a value of 4000 bytes is given in lines below its command", () => {
  const { ran, type } = build();
  assert.deepEqual(type("set ca <<\n"), [goOn]);
  const lines = value.match(/.{1,64}/g) ?? [];
  for (const end of ["\n", "\r", "\r\n"]) {
    assert.deepEqual(type(lines.map((line) => line + end).join("")), []);
    assert.deepEqual(type(`.${end}`), ["done"]);
    assert.equal(ran.pop(), `set ca ${value}`);
    type("set ca <<\n");
  }
});

test("it may come in one line, and its end with Ctrl-D", () => {
  const { ran, type, quits } = build();
  type("set ca <<\n");
  assert.deepEqual(type(`${value}\n\x04`), ["done"]);
  assert.deepEqual(ran, [`set ca ${value}`]);
  assert.equal(quits(), 0);
});

test("lines are joined as they are, with their spaces, and whatever is drawn in several bytes", () => {
  const { ran, type } = build();
  type(`set ca  a <<  \n b \n\n. c\n${"é€😀".repeat(60)}\n  .  \n`);
  assert.deepEqual(ran, [`set ca  a  b . c${"é€😀".repeat(60)}`]);
});

test("a byte more is refused at the end, and none of its lines is taken for a command", () => {
  const { ran, type } = build();
  type("set ca <<\n");
  assert.deepEqual(type(`${value}x\nstatus\n`), []);
  assert.deepEqual(type(".\n"), [
    "error: the command was not run: 4007 bytes, where 4000 are allowed",
  ]);
  assert.deepEqual(ran, []);
  assert.deepEqual(type("status\n"), ["done"]);
});

test("a line among them that is not UTF-8 makes the whole be refused", () => {
  const { port, ran, type } = build();
  type("set ca <<\n");
  port.type(new Uint8Array([0x61, 0xff, 0x0a]));
  assert.deepEqual(type("b\n.\n"), [
    "error: the command was not run: a line that is not UTF-8 was not run; the terminal has to send UTF-8",
  ]);
  assert.deepEqual(ran, []);
});

test("Ctrl-C gives up, and quits nothing", () => {
  const { ran, type, quits } = build();
  type("set ca <<\nabc\n\x03status\n");
  assert.deepEqual(ran, ["status"]);
  assert.equal(quits(), 0);
});

test("a mark that is no word of its own, or not the last, is text", () => {
  const { ran, type } = build();
  type('set a b<<\nset a "<<"\nset a << b\n<<\n');
  assert.deepEqual(ran, ["set a b<<", 'set a "<<"', "set a << b"]);
});

test("the lines of a secret are shown as asterisks and not brought back", () => {
  const { port, ran, type } = build({ format: "text", level: "info", echo: true });
  const screen = new TerminalScreen();
  const output = type("set key <<\nhunter22\nhunt");
  assert.equal(output.join("").includes("hunt"), false);
  screen.write(port.output);
  assert.equal(screen.last, "> ****");
  type("er23\n.\n");
  assert.deepEqual(ran, ["set key hunter22hunter23"]);
  screen.write(type("\x1b[A").join(""));
  assert.equal(screen.last, ">");
  type("set ca <<\nopen\n");
  assert.ok(port.output.includes("open"));
});

test("Tab completes nothing there", () => {
  const { ran, type } = build();
  type("set ca <<\nsta\tb\n.\n");
  assert.deepEqual(ran, ["set ca stab"]);
});
