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

test("pub takes the quality of service, and retain, in any order before the topic", () => {
  const bench = new CommandBench();
  assert.equal(bench.run("mqtt pub -q 0 a zero"), "sent");
  assert.equal(bench.run("mqtt pub -r -q 2 b two"), "sent");
  assert.equal(bench.run("mqtt  pub  -q  1  -r  c  -q 0"), "sent");
  assert.equal(bench.run('mqtt pub -r b ""'), "sent");
  bench.network.time.advance(1_000);
  assert.deepEqual(published(bench), ["a zero 0", "b two 2", "c -q 0 1", "b  1"]);
  assert.deepEqual([...bench.network.broker.retained.keys()], ["c"]);
});

test("options that do not exist are refused with the usage", () => {
  const bench = new CommandBench();
  const usage = "usage: mqtt pub [-q 0|1|2] [-r] TOPIC TEXT";
  for (const [line, why] of [
    ["mqtt pub -q 3 a x", "-q takes 0, 1 or 2"],
    ["mqtt pub -q", "-q takes 0, 1 or 2"],
    ["mqtt pub -R a x", 'pub does not know "-R"'],
    ["mqtt pub -q 1 -r", "pub needs a topic and a text"],
  ] as const) {
    assert.equal(bench.run(line), `error: ${why}; ${usage}`);
  }
  const sub = "usage: mqtt sub [-q 0|1|2] FILTER";
  assert.equal(bench.run("mqtt sub -q x a"), `error: -q takes 0, 1 or 2; ${sub}`);
  assert.equal(bench.run("mqtt sub -r a"), `error: sub does not know "-r"; ${sub}`);
  assert.equal(bench.run("mqtt sub -q 1"), `error: sub needs a topic; ${sub}`);
  assert.equal(bench.run("mqtt sub a b"), `error: "b" is too much; ${sub}`);
  bench.network.time.advance(1_000);
  assert.deepEqual(published(bench), []);
});

test("a topic may begin with a dash and be longer than an option", () => {
  const bench = new CommandBench();
  assert.equal(bench.run("mqtt pub -qx y"), "sent");
  bench.network.time.advance(1_000);
  assert.deepEqual(published(bench), ["-qx y 1"]);
});

/** The QoS that the board has asked for, by filter. */
function asked(bench: CommandBench): string[] {
  return bench.network.broker.packets.flatMap((packet) => {
    if (packet.type !== "SUBSCRIBE") return [];
    return packet.requests.map(({ filter, QoS }) => `${filter} ${QoS}`);
  });
}

test("sub looks with QoS 0, so that the broker keeps nothing for an absent board, or with another", () => {
  const bench = new CommandBench();
  for (const line of ["mqtt sub a", "mqtt sub -q 2 b", "mqtt sub -q 1 a", "mqtt sub a"]) {
    assert.match(bench.run(line), /are shown as they come/);
    bench.network.time.advance(100);
  }
  const filters = [...(bench.network.broker.sessions.get("board")?.filters ?? [])].sort();
  assert.deepEqual(asked(bench).slice(0, 3), ["a 0", "b 2", "a 1"]);
  assert.deepEqual(filters, [
    ["a", 0],
    ["b", 2],
  ]);
  assert.equal(bench.view.watch?.filters.join(), "a,b");
});

test("unsub of what is not shown here has the broker forget it, but nothing of the board's own", () => {
  const bench = new CommandBench();
  const filters = bench.network.broker.sessions.get("board")?.filters;
  bench.session?.subscribe("own", { onMessage: () => {} });
  bench.network.time.advance(100);
  filters?.set("#", 1);
  assert.equal(bench.run("mqtt unsub #"), "# was not shown here; the broker forgets it too");
  assert.equal(
    bench.run("mqtt unsub own"),
    'error: "own" is not shown here, the board itself needs it; mqtt status lists what is',
  );
  bench.network.time.advance(100);
  assert.deepEqual([...(filters?.keys() ?? [])], ["own"]);
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
});

test("no more than eight topics are shown", () => {
  const bench = new CommandBench();
  for (let i = 0; i < 8; i++) assert.match(bench.run(`mqtt sub t${i}`), /are shown/);
  assert.equal(
    bench.run("mqtt sub t8"),
    "error: 8 topics are subscribed, the limit; mqtt unsub one of them",
  );
});

test("connect tries at once instead of waiting any longer", () => {
  const bench = new CommandBench();
  const { broker, network, time } = bench.network;
  broker.returnCode = 4;
  network.link.cut();
  bench.network.until(() => bench.session?.state.kind === "waiting");
  bench.network.until(() => bench.session?.state.kind !== "waiting");
  bench.network.until(() => bench.session?.state.kind === "waiting");
  assert.match(
    bench.run("mqtt"),
    /^waiting, next attempt in [3-5]\d\d s: .*user or password is wrong/,
  );
  broker.returnCode = 0;
  assert.equal(bench.run("mqtt connect"), "trying now");
  time.advance(100);
  assert.match(bench.run("mqtt connect"), /^online at mqtt:/);
  bench.session?.suspend();
  assert.match(bench.run("mqtt connect"), /^error: there is no network; wifi status tells why/);
});

test("a broker, user or password that was set is said to be used after a reboot", () => {
  for (const offline of [true, false]) {
    const bench = new CommandBench({ offline });
    assert.doesNotMatch(bench.run("mqtt"), /reboot/);
    bench.run("set mqtt.broker mqtt://other.test:1883");
    const first = "mqtt.broker as set now: used after a reboot, at once";
    for (const line of ["mqtt", "mqtt connect"]) assert.ok(bench.run(line).includes(first), line);
    bench.run("set mqtt.password secret");
    assert.match(bench.run("mqtt"), /mqtt\.broker, mqtt\.password as set now: used after a reboot/);
    bench.run("reset mqtt.broker");
    bench.run("reset mqtt.password");
    assert.doesNotMatch(bench.run("mqtt"), /reboot/);
  }
});
