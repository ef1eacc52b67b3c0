// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import test from "node:test";
import { brokerKinds, installedOf } from "../../tools/brokers/broker-kinds.ts";
import { rowOf, withRows } from "../../tools/brokers/broker-table.ts";

const root = resolve(import.meta.dirname, "../..");
const seen = { delivery: "a", restart: "b", login: "“c | d”", refusal: "e\nf", QoS2: "g" };

test("a broker that was tried gets its row, and one that was not keeps what it had", () => {
  const empty = "# x\n\n<!-- brokers -->\n\n<!-- end of brokers -->\n\nmore\n";
  const first = rowOf("NATS", "2.9", seen);
  assert.equal(first, "| NATS 2.9 | a | b | “c \\| d” | e f | g |");
  const one = withRows(empty, new Map([["NATS", first]]));
  assert.match(one, /^# x\n\n<!-- brokers -->\n\n\| Broker \|[^\n]+\n\|---[^\n]+\n\| NATS 2\.9 \|/);
  assert.match(one, /\n\n<!-- end of brokers -->\n\nmore\n$/);
  const two = withRows(one, new Map([["Mosquitto", rowOf("Mosquitto", "2.1", seen)]]));
  const rows = two.split("\n").filter((line) => line.startsWith("| "));
  assert.deepEqual(
    rows.map((row) => row.split(" ")[1]),
    ["Broker", "NATS", "Mosquitto"],
  );
  const newer = withRows(two, new Map([["NATS", rowOf("NATS", "2.10", seen)]]));
  assert.equal(newer, two.replace("NATS 2.9", "NATS 2.10"));
});

test("a document without a place for them is not changed", () => {
  assert.throws(() => withRows("# x\n", new Map()), /no place for the brokers/);
});

test("a broker that is not installed is skipped, and the line says what installs it", () => {
  const [first, second] = brokerKinds;
  assert.ok(first && second);
  const told: string[] = [];
  const kinds = [
    { ...first, version: () => undefined },
    { ...second, version: () => "3.10" },
  ];
  const found = installedOf(kinds, (line) => told.push(line));
  assert.deepEqual([...found.values()], ["3.10"]);
  assert.deepEqual(told, [
    "Mosquitto: skipped, it is not installed; sudo apt-get install mosquitto",
  ]);
});

test("a broker that nobody knows is refused with the names of those that are known", () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--import", "tsx", "tools/brokers.ts", "emqx"],
    { cwd: root, encoding: "utf8" },
  );
  assert.deepEqual(
    [status, stderr],
    [2, 'airpair: "emqx" is no broker that is known; there are Mosquitto, RabbitMQ, NATS\n'],
  );
});
