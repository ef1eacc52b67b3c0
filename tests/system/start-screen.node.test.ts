// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { withoutTerminal } from "../support/board-console.ts";
import { StartScreen } from "../support/start-screen.ts";
import { isAlive } from "../support/test-process.ts";

const skip = withoutTerminal;

test("at a terminal the boards are a table, and keys change their world", { skip }, async () => {
  const start = new StartScreen(["--speed", "10"], { columns: 100, rows: 40 });
  await start.row(/^Watch from another terminal: {2}mosquitto_sub -h 127\.0\.0\.1 -p \d+ -t/);
  await start.row(
    /^board-a +(run-in \d+ m|ready) +\d+ +\d+ +\d\d\.\d +\d+ +\d{3,4}\.\d +-\d\d +\d+s +\d/,
  );
  await start.row(/^board-b +(run-in|ready) +\d/);
  start.type("u");
  await start.row(/in all rooms, the CCS811 is unplugged/);
  await start.row(/u plug sensor in/);
  await start.row(/^board-a +sensor gone +– +– +\d/);
  start.type("u");
  await start.row(/^board-a +(warming up|run-in) /);
  start.type("w");
  await start.row(/^board-b +no Wi-Fi .* – /);
  start.type("w");
  await start.row(/the access point is back/);
  await start.row(/^board-b +(warming up|run-in|ready) /);
  start.type("b");
  await start.row(/^ *\d\d:\d\d:\d\d +the broker is away/);
  await start.row(/^board-a +no broker /);
  start.type("b");
  await start.row(/mqtt +connected to .*, session resumed/);
  await start.row(/^board-a +(warming up|run-in|ready) /);
  // One board alone: the next key acts on it.
  start.type("\x1b[B");
  start.type("o");
  await start.row(/ board-a the window is (open|closed)/);
  start.type("p");
  await start.row(/ board-a (4 people are there|all people have gone)/);
  const { engines } = start;
  assert.equal(engines.length, 2);
  start.type("q");
  assert.equal(await start.ended, 0);
  assert.equal(start.screen.isPainted, false);
  assert.equal(start.screen.hasCursor, true);
  assert.equal(start.screen.outside, "Stopped.\r\n");
  assert.deepEqual(engines.filter(isAlive), []);
});

test("a board has its console behind its number, and the whole log is behind d", {
  skip,
}, async () => {
  const start = new StartScreen(["--speed", "2"], { columns: 80, rows: 24 });
  await start.row(/^board-b .* \d\ds? *\d/);
  await start.row(/(paired with board-a|board-a (is here|says))/);
  start.type("2");
  await start.row(/^> *$/);
  start.type("versoin\x7f\x7f\x7fion\r");
  await start.row(/^\d\d:\d\d:\d\d airpair \d+\.\d+\.\d+/);
  await start.without(/^board-a/);
  start.type("set wifi.password hunter22");
  await start.row(/^> set wifi\.password \*{8}$/);
  start.type("\r");
  await start.row(/stored, but wifi\.password stays \*{8}|wifi\.password = \*{8}/);
  start.type("\x1b");
  await start.row(/^board-a/);
  start.type("d");
  await start.row(/^Log of all boards/);
  await start.row(/board-a mqtt +publish airpair\/board-a\/reading/);
  start.type("d");
  await start.without(/^Log of all boards/);
  start.type("1\x03");
  await start.row(/^board-b/);
  start.type("\x03");
  assert.equal(await start.ended, 0);
  assert.equal(start.screen.outside, "Stopped.\r\n");
});

test("with --plain or NO_COLOR a terminal shows lines, each reading once", { skip }, async () => {
  for (const [args, env] of [
    [["--plain"], []],
    [[], ["NO_COLOR=1"]],
    [[], ["TERM=dumb"]],
  ] as const) {
    const options = { columns: 80, rows: 24, env: [...env] };
    const start = new StartScreen(["--speed", "20", ...args], options);
    await start.printed(/board-a.* \| mqtt {5}connected to mqtt:/);
    await start.printed(/board-a.* \| reading {2}co2 .* hPa/);
    // No key, but what a terminal makes of it.
    start.type("\x03");
    assert.equal(await start.ended, 0);
    const { outside } = start.screen;
    assert.equal(/publish airpair|board-b says/.test(outside), false);
    assert.match(outside, /Stopped\.\r\n$/);
  }
  const words = ["--boards", "1", "--duration", "1s", "--set", "log.level=warn"];
  const quiet = new StartScreen(words, { columns: 80, rows: 24 });
  assert.equal(await quiet.ended, 0);
  assert.match(quiet.screen.outside, /^MQTT broker started[\s\S]*Stopped\.\r\n$/);
});

test("when every engine has crashed, the reason is there after the screen", { skip }, async () => {
  const start = new StartScreen(["--boards", "1"], { columns: 80, rows: 24 });
  await start.row(/^board-a +warming up/);
  for (const engine of start.engines) process.kill(engine, "SIGKILL");
  assert.equal(await start.ended, 1);
  assert.match(start.screen.outside, /^board-a: the engine has ended: killed by SIGKILL\r\n/);
});

test("a mistake leaves the terminal as it was, with one line", { skip }, async () => {
  const size = { columns: 80, rows: 24 };
  const first = new StartScreen(["--boards", "1"], size);
  await first.row(/^board-a +warming up/);
  for (const [args, line] of [
    [["--set", "mqtt.rot=a"], 'there is no setting "mqtt.rot"; did you mean mqtt.root?'],
    [["--boards", "1"], "board-a is running in this folder already; .*"],
  ] as const) {
    const start = new StartScreen(args, { ...size, beside: first });
    assert.equal(await start.ended, 2);
    assert.match(start.screen.outside, new RegExp(`^airpair: ${line.replace("?", "\\?")}\r\n$`));
    assert.equal(start.screen.isPainted, false);
  }
  first.type("q");
  assert.equal(await first.ended, 0);
});
