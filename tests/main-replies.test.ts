// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { ScriptedBroker } from "./support/scripted-broker.ts";
import { WholeBoard } from "./support/whole-board.ts";

/** Types `line` with nothing but errors shown, and returns what the console has shown `ms` later. */
function told(line: string, ms: number): string[] {
  const board = new WholeBoard({ "log.level": "error" });
  board.powerOn();
  board.time.advance(20_000);
  const before = board.events.length;
  board.type(`${line}\n`);
  board.time.advance(ms);
  return board.events.slice(before).map(({ part, text = "" }) => `${part} ${text}`);
}

test("wifi scan answers with the networks in range when nothing but errors is shown", () => {
  const [first, ...networks] = told("wifi scan", 12_000);
  assert.equal(first, "command scanning; the networks in range follow");
  assert.ok(networks.length > 0, "no network was shown");
  for (const network of networks)
    assert.match(network, /^command +\d {2}\S.* -\d+ dBm {2}channel \d+/);
});

test("i2c scan answers with what it finds when nothing but errors is shown", () => {
  assert.deepEqual(told("i2c scan", 12_000), ["command scanning", "command 0x5a CCS811"]);
});

test("i2c scan over MQTT is answered when it has ended, with what it has found", () => {
  const settings = {
    "log.level": "error",
    "mqtt.broker": "mqtt://broker.test",
    "board.id": "kitchen",
    "remote.commands": "on",
  };
  const board = new WholeBoard(settings);
  const broker = new ScriptedBroker(board.network);
  board.powerOn();
  board.time.advance(20_000);
  const payload = '{"id":7,"command":"i2c scan"}';
  broker.publish("airpair/kitchen/command", { payload, QoS: 1 });
  board.time.advance(12_000);
  assert.deepEqual(broker.payloads("airpair/kitchen/reply"), [
    '{"id":7,"ok":true,"text":"0x5a CCS811"}',
  ]);
  assert.deepEqual(board.ask("log level"), ["error"]);
});
