// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { CommandBench } from "../../../support/command-bench.ts";

/** What a board has published, as the broker saw it. */
function published(bench: CommandBench): string[] {
  return bench.network.broker.arrived.map(({ topic, payload, QoS }) => {
    return `${topic} ${new TextDecoder().decode(payload)} ${QoS}`;
  });
}

test("pub publishes the text as it was typed, with the quality of service of the settings", () => {
  const bench = new CommandBench();
  assert.equal(bench.run("mqtt pub a/b  two  words "), "sent");
  assert.equal(bench.run('mqtt pub a ""'), "sent");
  bench.settings.set("mqtt.qos", 0);
  assert.equal(bench.run('mqtt pub a " x"'), "sent");
  bench.network.time.advance(1_000);
  assert.deepEqual(published(bench), ["a/b two  words 1", "a  1", "a  x 0"]);
});

test("what is not legal is refused with the rule", () => {
  const bench = new CommandBench();
  assert.match(bench.run("mqtt pub a/# x"), /^error: .*\+ and # are allowed in filters only/);
  assert.match(bench.run("mqtt sub a/#/b"), /^error: .*# must be the last character/);
  assert.equal(bench.run("mqtt status").includes("subscribed"), false);
});

test("sub shows the messages of a topic on the console, whatever the level, until unsub", () => {
  const bench = new CommandBench({ given: { "log.level": "error" } });
  const { broker, time } = bench.network;
  assert.match(bench.run("mqtt sub lab/+"), /mqtt unsub lab\/\+ ends that/);
  bench.run("mqtt sub lab/+");
  time.advance(100);
  assert.match(
    bench.run("mqtt status"),
    /^online at .*\n0 of at most 16 messages wait.*\nsubscribed to lab\/\+$/,
  );
  broker.publish("lab/a", { payload: "grüße\n" });
  broker.publish("lab/b", { payload: new Uint8Array([0xff, 0x00]) });
  broker.publish("lab/c", { payload: "x".repeat(600) });
  time.advance(100);
  assert.equal(
    bench.port.output,
    [
      "mqtt     lab/a grüße\\x0a\r\n",
      "mqtt     lab/b (2 bytes, no text)\r\n",
      "mqtt     lab/c (600 bytes)\r\n",
    ].join(""),
  );
  assert.equal(bench.run("mqtt unsub lab/+"), "lab/+ is not shown any more");
  broker.publish("lab/a", { payload: "unseen" });
  time.advance(100);
  assert.equal(bench.port.output.includes("unseen"), false);
  assert.equal(
    bench.run("mqtt unsub lab/+"),
    'error: "lab/+" is not subscribed here; mqtt status lists what is',
  );
});

test("no more than eight topics are shown", () => {
  const bench = new CommandBench();
  for (let i = 0; i < 8; i++) assert.match(bench.run(`mqtt sub t${i}`), /are shown/);
  assert.equal(
    bench.run("mqtt sub t8"),
    "error: 8 topics are subscribed, the limit; mqtt unsub one of them",
  );
});
