// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import {
  boardHelpText,
  parseBoardOptions,
} from "../../../../../hosts/sim/node/cli/board-options.ts";
import { OptionError } from "../../../../../hosts/sim/node/option-error.ts";

test("without options there is a board with that name, on XS in real time", () => {
  assert.deepEqual(parseBoardOptions([]), {
    boards: 1,
    id: "board",
    settings: {},
    broker: undefined,
    credentials: undefined,
    engine: "xs",
    speed: 1,
    duration: undefined,
    seed: 1,
    sensors: ["ccs811", "bme280", "dht22"],
    json: false,
  });
});

test("settings may be given, with anything behind the first equals sign", () => {
  const options = parseBoardOptions(["--set", "board.name=a=b c", "--set", "mqtt.password="]);
  if (options === "help") assert.fail();
  assert.deepEqual(options.settings, { "board.name": "a=b c", "mqtt.password": "" });
});

test("every other option is understood", () => {
  const line =
    "--id hall.2 --broker mqtt://h:1884 --engine node --speed 2 --duration 5m --seed 7 --json";
  const options = parseBoardOptions(line.split(" "));
  if (options === "help") assert.fail();
  const { id, broker, engine, speed, duration, seed, json } = options;
  assert.deepEqual(
    [id, broker?.href, engine, speed, duration, seed, json],
    ["hall.2", "mqtt://h:1884", "node", 2, 300_000, 7, true],
  );
});

test("help names every option", () => {
  assert.equal(parseBoardOptions(["--help"]), "help");
  for (const name of [
    "id",
    "set",
    "broker",
    "engine",
    "speed",
    "duration",
    "seed",
    "sensors",
    "json",
  ]) {
    assert.ok(boardHelpText.includes(`--${name}`), name);
  }
});

test("a wrong option is one line, and does not repeat a setting, which may be a password", () => {
  const cases: [string[], RegExp][] = [
    [["--id", "../x"], /^--id takes up to 32 letters/],
    [["--id", "a b"], /^--id takes/],
    [["--id", ""], /^--id takes/],
    [["--id", "x".repeat(33)], /^--id takes/],
    [["--set", "secret"], /^--set takes name=value$/],
    [["--set", "=secret"], /^--set takes name=value$/],
    [["--set", "wifi.pasword=secret"], /^there is no setting .*; did you mean wifi\.password\?$/],
    [["--set", "mqtt.password=secret\n"], /^mqtt\.password takes printable characters only$/],
    [["--boards", "2"], /--boards.*npm run board help lists the options$/],
    [["--seed", "-1"], /^--seed takes a whole number/],
    [["--speed", "0"], /^--speed takes/],
    [["stray"], /npm run board help lists the options$/],
  ];
  for (const [args, message] of cases) {
    assert.throws(
      () => parseBoardOptions(args),
      (error) => {
        assert.ok(error instanceof OptionError);
        assert.match(error.message, message);
        assert.equal(/\n|secret/.test(error.message), false);
        return true;
      },
    );
  }
});
