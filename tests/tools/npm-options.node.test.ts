// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import test from "node:test";
import { keptByNpm } from "../../tools/npm-options.mjs";

const tools = resolve(import.meta.dirname, "../../tools");

const begin = (names: string) =>
  `npm has kept ${names} for itself; two dashes in front hand options on: `;

test("what npm has kept is told with what to type", () => {
  const cases: [object, string, string[], string][] = [
    [{ boards: "true" }, "start", ["3"], `${begin("--boards")}npm start -- --boards 3`],
    [{ boards: "3" }, "start", [], `${begin("--boards")}npm start -- --boards 3`],
    [{ plain: "true" }, "start", [], `${begin("--plain")}npm start -- --plain`],
    [{ page: "" }, "start", [], `${begin("--page")}npm start -- --no-page`],
    [
      { broker: "mqtt://h", host: "0.0.0.0", port: "9000" },
      "page",
      [],
      `${begin("--broker, --host, --port")}npm run page -- --broker mqtt://h --host 0.0.0.0 --port 9000`,
    ],
    [
      { timestamps: "true" },
      "monitor",
      [],
      `${begin("--timestamps")}npm run monitor -- --timestamps`,
    ],
    [
      { boards: "30", again: "true" },
      "class",
      [],
      `${begin("--boards, --again")}npm run class -- --boards 30 --again`,
    ],
    [
      { settings: "true" },
      "flash",
      ["class/boards/board-01.json"],
      `${begin("--settings")}npm run flash -- --settings class/boards/board-01.json`,
    ],
    [
      { listen: "192.168.1.10", ports: "1883,8884" },
      "hub",
      [],
      `${begin("--listen, --ports")}npm run hub -- --listen 192.168.1.10 --ports 1883,8884`,
    ],
    [{ json: "true" }, "board", [], `${begin("--json")}npm run board -- --json`],
    [
      { boards: "true", id: "true", seed: "5" },
      "start",
      ["3", "anna"],
      `${begin("--boards, --id, --seed")}npm start -- --boards … --id … --seed 5`,
    ],
    [
      { broker: "true" },
      "start",
      ["mqtt://anna:secret@host"],
      `${begin("--broker")}npm start -- --broker …`,
    ],
    [
      { set: "true" },
      "start",
      ["board.name=two words"],
      `${begin("--set")}npm start -- --set 'board.name=two words'`,
    ],
  ];
  for (const [options, script, args, line] of cases) {
    const env = Object.fromEntries(
      Object.entries(options).map(([name, value]) => [`npm_config_${name}`, value]),
    );
    assert.equal(keptByNpm(env, script, args), line);
  }
});

test("npm's own options are no sign of that, nor is one that stands in its files", () => {
  const env = { npm_config_ca: "x", npm_config_key: "y", npm_config_user_agent: "npm" };
  assert.equal(keptByNpm(env, "start", []), undefined);
  assert.equal(keptByNpm({ npm_config_json: "true" }, "start", ["--plain"]), undefined);
});

test("options of a tool are told too, but not a variable of another program with such a name", () => {
  const own = ["recovery", "platform"];
  assert.equal(
    keptByNpm({ npm_config_recovery: "true" }, "bench", [], own),
    `${begin("--recovery")}npm run bench -- --recovery`,
  );
  assert.equal(keptByNpm({ npm_config_platform: "win32" }, "footprint", [], own), undefined);
  assert.equal(keptByNpm({ npm_config_port: "true" }, "bench", [], own), undefined);
});

test("npm start says it in one line, before anything is installed or started", () => {
  const file = resolve(tools, "start.mjs");
  const env = { ...process.env, npm_lifecycle_event: "start", npm_config_boards: "true" };
  const words = [file, "hosts/sim/node/cli/cli.ts", "3"];
  const result = spawnSync(process.execPath, words, { env, encoding: "utf8", timeout: 30_000 });
  assert.equal(result.status, 2);
  assert.equal(result.stderr, `airpair: ${begin("--boards")}npm start -- --boards 3\n`);
});

test("npm start help shows the options, as npm answers --help itself", () => {
  const file = resolve(tools, "start.mjs");
  for (const [script, program] of [
    ["start", "hosts/sim/node/cli/cli.ts"],
    ["board", "hosts/sim/node/cli/board-cli.ts"],
    ["page", "page/server/page-cli.ts"],
    ["hub", "hub/hub.ts"],
  ] as const) {
    const env = { ...process.env, npm_lifecycle_event: script };
    const words = [file, program, "help"];
    const result = spawnSync(process.execPath, words, { env, encoding: "utf8", timeout: 60_000 });
    assert.equal(result.status, 0, result.stderr);
    assert.match(result.stdout, new RegExp(`^Usage: npm (run )?${script} -- `));
  }
});
