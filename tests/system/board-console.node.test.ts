// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { version } from "../../modules/base/version.ts";
import { BoardConsole, withoutTerminal } from "../support/board-console.ts";
import { TerminalScreen } from "../support/terminal-screen.ts";
import { isAlive } from "../support/test-process.ts";

const skip = withoutTerminal;

/** Types a line and waits for what is shown then. */
async function command(board: BoardConsole, line: string, pattern: RegExp): Promise<void> {
  const from = board.output.length;
  board.type(line);
  await board.until(pattern, from);
}

/** Waits until a board that has shown ten readings a second shows nothing more. */
async function silence(board: BoardConsole): Promise<void> {
  let length: number;
  do {
    length = board.output.length;
    await new Promise((done) => setTimeout(done, 700));
  } while (board.output.length > length);
}

test("at a terminal a board is looked into, set up, started again and left", { skip }, async () => {
  const board = new BoardConsole(["--speed", "10"], { terminal: true });
  await board.until(/reading {2}co2/);
  assert.equal(board.output.includes("> "), false);
  await command(board, "vers\t\r", new RegExp(`airpair ${version}\r`));
  await command(board, "set wifi.password hunter22\r", /stored, but wifi\.password stays \*{8}/);
  await command(board, "set board.name hall\n", /board\.name = hall, after a reboot/);
  await command(board, "\x1b[A\x1b[D\x1b[Da\r", /board\.name = haall, after a reboot/);
  await command(
    board,
    'wifi add "Flat 3" hunter2222\r',
    /"Flat 3" is network 2 of 2, with password/,
  );
  // The way to what is stored is closed to expressions.
  await command(board, "js board.host + typeof issueCommand\r", /"simundefined"/);
  await command(board, "i2c read 5a 20 1\r", /81\r/);
  await command(board, "reboot\r", /restarting: reboot command[\s\S]*boot {5}airpair/);
  await command(board, "get board.name\r", /board\.name = haall \(stored\)/);
  await command(board, "wifi list\r", /2 {2}Flat 3 {2}with password/);
  await command(board, "reading", /> reading/);
  // Readings go on above the line being typed.
  await board.until(/publish airpair/, board.output.length);
  await command(board, "\x03", /\^C/);
  const { engines } = board;
  assert.equal(engines.length, 1);
  await command(board, "\x03", /Stopped\./);
  assert.equal(await board.ended, 0);
  assert.deepEqual(engines.filter(isAlive), []);
  assert.equal(board.output.includes("hunter"), false);
  const screen = new TerminalScreen();
  screen.write(board.output);
  const parts = /^(boot|time|i2c|climate|wifi|mqtt|ccs811|reading|command) {2,}\S/;
  const answers =
    /^("|81|. 1 {2}|. 2 {2}|airpair|board\.name|stored|name of|takes|starting again|\* |> |$)/;
  const torn = screen.lines.filter((line) => !parts.test(line) && !answers.test(line));
  assert.deepEqual(torn, []);
  assert.ok(screen.lines.includes("> set wifi.password ********"));
  assert.ok(screen.lines.includes("> reading^C"));
});

test("a board that starts again counts its time anew", async () => {
  const board = new BoardConsole(["--speed", "20"]);
  const up = async () => {
    const from = board.output.length;
    await command(board, "status\n", /up \d+ s/);
    return Number(/up (\d+) s/.exec(board.output.slice(from))?.[1]);
  };
  await board.until(/run-in/);
  let before = await up();
  while (before < 100) before = await up();
  await command(board, "reboot\n", /boot {5}airpair/);
  assert.ok((await up()) < before);
  board.end();
  assert.equal(await board.ended, 0);
});

test("stats tells of the heap of the engine and of the time of the loop", async () => {
  const board = new BoardConsole(["--speed", "10"]);
  // The engine is looked at after a second, and everything happens faster than that.
  for (let from = 0; !/slots \d/.test(board.output); from = board.output.length) {
    await board.until(/reading {2}co2/, from);
    board.type("stats\n");
    await board.until(/console lines lost 0/, from);
  }
  board.end();
  assert.equal(await board.ended, 0);
  const slots = Number(/^slots (\d+)$/m.exec(board.output)?.[1]);
  assert.ok(slots > 1_000 && slots < 4_928, `${slots} slots`);
  const times = /^turns (\d+), mean (\d+\.\d\d) ms, longest (\d+\.\d) ms$/m.exec(board.output);
  const [turns = 0, mean = 0, longest = 0] = (times ?? []).slice(1).map(Number);
  assert.ok(turns > 20 && mean <= longest && longest > 0, times?.[0]);
  assert.match(board.output, /^since the last stats \d+, mean/m);
});

test("on Node stats leaves out the heap, which is not the firmware's", async () => {
  const board = new BoardConsole(["--engine", "node", "--speed", "10"]);
  await board.until(/reading {2}co2/);
  board.type("stats\n");
  board.end();
  assert.equal(await board.ended, 0);
  assert.match(board.output, /^turns \d+, mean/m);
  assert.equal(/^slots/m.test(board.output), false);
});

test("a board whose engine was killed tells afterwards what it had logged, and why it ended", async () => {
  const killed = new BoardConsole(["--speed", "10"]);
  await killed.until(/mqtt {5}connected to/);
  for (const engine of killed.engines) process.kill(engine, "SIGKILL");
  assert.equal(await killed.ended, 1);
  const board = new BoardConsole(["--speed", "10"], { after: killed });
  await board.until(/reading {2}co2/);
  assert.match(
    board.output,
    /boot {5}warning: started again after a crash \(killed by SIGKILL\); log show before/,
  );
  board.type("log show\nreboot\n");
  await board.until(/restarting: reboot command[\s\S]*reading {2}co2/);
  board.type("log show before\n");
  board.end();
  assert.equal(await board.ended, 0);
  const [first = "", second = ""] = board.output.split("restarting: reboot command");
  assert.match(
    first,
    /before .* mqtt {5}connected to .*\n(before .*\n)*before it ended by: a crash \(killed by SIGKILL\)\n +0\.0 s {2}boot/,
  );
  assert.match(second, /before .* mqtt {5}disconnected\nbefore it ended by: reboot command/);
  // A normal end is a power cut.
  const last = new BoardConsole(["--engine", "node", "--speed", "10"], { after: board });
  await last.until(/reading {2}co2/);
  last.type("log show before\n");
  last.end();
  assert.equal(await last.ended, 0);
  assert.match(last.output, /nothing is kept of the run before/);
});

test("a board that an endless expression has stopped is ended by Ctrl-C and by SIGHUP", async () => {
  const enough = [
    (board: BoardConsole) => board.type("\x03\x03\x03\x03"),
    (board: BoardConsole) => board.signal("SIGHUP"),
  ];
  for (const end of enough) {
    const board = new BoardConsole(["--speed", "10"]);
    await board.until(/reading {2}co2/);
    const { engines } = board;
    assert.equal(engines.length, 1);
    board.type("js (() => { for (;;); })()\n");
    await silence(board);
    end(board);
    await board.ended;
    // It was killed by the process that has just ended; on a busy PC it dies a moment later.
    for (let i = 0; i < 100 && engines.some(isAlive); i++) {
      await new Promise((done) => setTimeout(done, 100));
    }
    assert.deepEqual(engines.filter(isAlive), []);
  }
});

test("random keys at a terminal do not end the board", { skip }, async () => {
  const board = new BoardConsole(["--engine", "node", "--speed", "10"], { terminal: true });
  await board.until(/reading {2}co2/);
  let noise = "";
  // Without Ctrl-C and Ctrl-D, which may end it.
  for (let i = 0; i < 2_000; i++) noise += String.fromCharCode(5 + ((i * 7_919) % 123));
  board.type(`${noise}\x1b[A\x15\r`);
  await command(board, "\x15version\r", new RegExp(`airpair ${version}\r`));
  await command(board, "js foo + 1\r", /error: ReferenceError: foo is not defined/);
  await command(board, "\x15\x04", /Stopped\./);
  assert.equal(await board.ended, 0);
});

test("through pipes the console is plain lines, and the end of the input ends the board", async () => {
  const board = new BoardConsole(["--speed", "10"]);
  await board.until(/reading {2}co2/);
  const { engines } = board;
  board.type("version\nnothing\nget board.id\n");
  board.end();
  assert.equal(await board.ended, 0);
  assert.equal(board.errors, "");
  assert.deepEqual(engines.filter(isAlive), []);
  const lines = board.output.split("\n");
  assert.equal(lines.pop(), "");
  assert.equal(lines.at(-1), "* Stopped.");
  for (const line of [
    `airpair ${version}`,
    'error: unknown command "nothing"; help lists them',
    "board.id = board (given by the build or the command line)",
  ]) {
    assert.ok(lines.includes(line), line);
  }
  assert.deepEqual(
    lines.filter((line) => line.startsWith(">") || /\p{Cc}/u.test(line)),
    [],
  );
});

test("a board keeps its settings, and takes commands over MQTT when it is told to", async () => {
  const board = new BoardConsole(["--engine", "node", "--speed", "10", "--id", "hall"]);
  const publish = 'mqtt pub airpair/hall/command {"id":"a","command":"version"}\n';
  await board.until(/mqtt {5}connected/);
  await command(board, "mqtt sub airpair/hall/reply\n", /are shown as they come/);
  await command(board, publish, /^sent$/m);
  await command(
    board,
    "set remote.commands on\nreboot\n",
    /starting again[\s\S]*mqtt {5}connected/,
  );
  assert.equal(board.output.includes("hall/reply {"), false);
  await command(board, "mqtt sub airpair/hall/reply\n", /are shown as they come/);
  const reply = `mqtt     airpair/hall/reply {"id":"a","ok":true,"text":"airpair ${version}"}`;
  await command(board, publish, /hall\/reply \{/);
  assert.ok(board.output.split("\n").includes(reply));
  board.signal("SIGTERM");
  assert.equal(await board.ended, 0);
});

test("with --json every line is an object, the answers too", async () => {
  const board = new BoardConsole(["--engine", "node", "--speed", "10", "--json"]);
  await board.until(/"event":"publish"/);
  board.type("version\n");
  board.end();
  assert.equal(await board.ended, 0);
  const events = board.output
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { event: string; text: string });
  const answer = events.find(({ event }) => event === "answer");
  assert.equal(answer?.text, `airpair ${version}`);
  assert.equal(events.at(-1)?.event, "stop");
});

test("a board whose engine is killed is told, and ends with an error", async () => {
  const board = new BoardConsole(["--speed", "10"]);
  await board.until(/reading {2}co2/);
  const [engine = 0] = board.engines;
  process.kill(engine, "SIGKILL");
  assert.equal(await board.ended, 1);
  assert.match(board.output, /\* the engine has ended: killed by SIGKILL\n/);
});

test("with a duration the end of the input does not end the board", async () => {
  const board = new BoardConsole(["--engine", "node", "--duration", "2s", "--speed", "10"]);
  board.end();
  await board.until(/reading {2}co2/);
  assert.equal(await board.ended, 0);
});

test("a wrong option, and a setting that a board would refuse, is one line before the start", async () => {
  for (const [word, line] of [
    ["nothing", "--set takes name=value"],
    ["mqtt.qos=7", "mqtt.qos takes a whole number from 0 to 2"],
    ["mqtt.qas=1", 'there is no setting "mqtt.qas"; did you mean mqtt.qos?'],
  ] as const) {
    const wrong = new BoardConsole(["--set", word]);
    assert.equal(await wrong.ended, 2);
    assert.equal(wrong.errors, `airpair: ${line}\n`);
    assert.equal(wrong.output, "");
  }
});

test("on either engine the CCS811 calls by nINT, and a rule drives a pin", async () => {
  for (const engine of ["xs", "node"]) {
    const wired = ["--set", "ccs811.int=27", "--set", "ccs811.thresholds="];
    const board = new BoardConsole(["--engine", engine, "--speed", "20", ...wired]);
    await board.until(/reading {2}co2 \d+/);
    await command(board, "ccs811\n", /^nINT calls for each sample$/m);
    await command(board, "on co2 > 1 pin 2\n", /^rule 1 is set$/m);
    await command(board, "", /rule\.1: co2 \d+ ppm \(> 1\), pin 2 high/);
    await command(board, "on co2 > 1 pin 27\n", /cannot have pin 27: ccs811\.int has it/);
    await command(board, "on co2 > 1 pin 40\n", /cannot have pin 40: there is no pin 40/);
    await command(board, "on co2 > 1 pin 2\n", /cannot have pin 2: rule\.1 has it/);
    assert.equal(board.output.includes("nINT does not tell"), false);
    board.end();
    assert.equal(await board.ended, 0);
  }
});

test("Ctrl-K presses the button of a board, which shows a code, and its LED is seen", async () => {
  const board = new BoardConsole(
    ["--speed", "10", "--set", "pair.button=13", "--set", "pair.led=2"],
    { terminal: false },
  );
  await board.until(/mqtt {5}connected/);
  await command(board, "\x0b", /\* the button is pressed for 3 s/);
  await board.until(/on the other board, within 5 minutes: pair [\dA-Z]{4}-[\dA-Z]{4}-[\dA-Z]{4}/);
  await board.until(/\* pin 2 blinks quickly/);
  board.end();
  assert.equal(await board.ended, 0);
});

test("the LED of a board is seen to blink while there is no network, and its button opens the portal", async () => {
  const own = ["--set", "board.led=2", "--set", "board.button=13"];
  const board = new BoardConsole(["--speed", "10", "--set", "wifi.ssid=elsewhere", ...own], {
    terminal: false,
  });
  await board.until(/\* pin 2 blinks quickly/);
  await board.until(/\* pin 2 blinks slowly/);
  await command(board, "\x0b", /\* the button is pressed for 3 s/);
  await board.until(/portal {3}network "airpair-[\da-fA-F]{6}" with the page/);
  board.end();
  assert.equal(await board.ended, 0);
});

test("a board without a button says so", async () => {
  const board = new BoardConsole([], { terminal: false });
  await board.until(/boot {5}airpair/);
  await command(
    board,
    "\x0b",
    /\* the board has no button; set board\.button to the number of a pin/,
  );
  board.end();
  assert.equal(await board.ended, 0);
});
