// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import Database from "libsql";
import { generate } from "mqtt-packet";
import { connectPacket, TestHub, type Wire } from "../../support/test-hub.ts";

async function hubFor(t: TestContext, rights?: string): Promise<TestHub> {
  const hub = await TestHub.start(rights);
  t.after(() => hub.remove());
  return hub;
}

/** A round trip: what was sent before it has arrived, and what it brought is there. */
async function settled(wire: Wire): Promise<void> {
  wire.send({ cmd: "pingreq" });
  await wire.read("pingresp");
}

test("a message comes with the lower QoS of the two, once for several filters, and is not retained for those who are there", async (t) => {
  const hub = await hubFor(t);
  const to = await hub.come("to");
  assert.equal(await to.subscribe("a/#", 1), 1);
  assert.equal(await to.subscribe("a/+", 2), 2);
  const from = await hub.come("from");
  from.publish("a/b", "one", { qos: 1, retain: true });
  await from.read("puback");
  const { qos, retain, payload, dup } = await to.read("publish");
  assert.deepEqual([payload.toString(), qos, retain, dup], ["one", 1, false, false]);
  from.publish("a/b", "two");
  assert.equal((await to.read("publish")).qos, 0);
  await settled(to);
  assert.deepEqual(to.packets, []);
});

test("a retained message comes to who subscribes later, is replaced, and goes with an empty one", async (t) => {
  const hub = await hubFor(t);
  const from = await hub.come("from");
  from.publish("a/b", "old", { retain: true });
  from.publish("a/b", "new", { retain: true });
  from.publish("a/c", "other", { qos: 1, retain: true });
  await from.read("puback");
  const to = await hub.come("to");
  await to.subscribe("a/+", 1);
  const got = [await to.read("publish"), await to.read("publish")];
  assert.deepEqual(
    got.map(({ topic, payload, retain, qos }) => [topic, payload.toString(), retain, qos]),
    [
      ["a/b", "new", true, 0],
      ["a/c", "other", true, 1],
    ],
  );
  from.publish("a/b", "", { retain: true });
  assert.equal(await to.readText(), "");
  await settled(from);
  const late = await hub.come("late");
  await late.subscribe("a/b");
  await settled(late);
  assert.deepEqual(late.packets, []);
});

test("a message of QoS 2 is delivered once, however often it is sent before its PUBREL", async (t) => {
  const hub = await hubFor(t);
  const to = await hub.come("to");
  await to.subscribe("a", 2);
  const from = await hub.come("from", { clean: false });
  from.publish("a", "once", { qos: 2, id: 7 });
  await from.read("pubrec");
  from.publish("a", "once", { qos: 2, id: 7, dup: true });
  await from.read("pubrec");
  await from.end();
  // Also over another connection.
  const again = await hub.come("from", { clean: false });
  again.publish("a", "once", { qos: 2, id: 7, dup: true });
  await again.read("pubrec");
  again.send({ cmd: "pubrel", messageId: 7 });
  await again.read("pubcomp");
  again.publish("a", "next", { qos: 2, id: 7 });
  await again.read("pubrec");
  const { messageId = 0 } = await to.read("publish");
  to.send({ cmd: "pubrec", messageId });
  assert.equal((await to.read("pubrel")).messageId, messageId);
  to.send({ cmd: "pubcomp", messageId });
  assert.equal(await to.readText(), "next");
});

for (const how of ["end", "kill"] as const) {
  test(`sessions, what waits in them and retained messages are there after a restart by ${how}`, async (t) => {
    const hub = await hubFor(t);
    const away = await hub.come("away", { clean: false });
    await away.subscribe("a/#", 2);
    await away.end();
    const from = await hub.come("from");
    from.publish("a/1", "first", { qos: 1, id: 1, retain: true });
    await from.read("puback");
    from.publish("a/2", "second", { qos: 2, id: 2 });
    await from.read("pubrec");
    from.publish("a/3", "not kept", { qos: 0 });
    await settled(from);
    await hub.restart(how);
    const back = hub.wire();
    back.send(connectPacket("away", { clean: false }));
    assert.equal((await back.read("connack")).sessionPresent, true);
    const got = [await back.read("publish"), await back.read("publish")];
    assert.deepEqual(
      got.map(({ topic, payload, qos }) => [topic, payload.toString(), qos]),
      [
        ["a/1", "first", 1],
        ["a/2", "second", 2],
      ],
    );
    const late = await hub.come("late");
    await late.subscribe("a/1");
    assert.equal(await late.readText(), "first");
    // What was confirmed does not come a second time; what was not, does.
    back.send({ cmd: "puback", messageId: got[0]?.messageId ?? 0 });
    back.send({ cmd: "pubrec", messageId: got[1]?.messageId ?? 0 });
    await back.read("pubrel");
    await hub.restart(how);
    const third = await hub.come("away", { clean: false });
    assert.equal((await third.read("pubrel")).messageId, got[1]?.messageId);
    third.send({ cmd: "pubcomp", messageId: got[1]?.messageId ?? 0 });
    await settled(third);
    assert.deepEqual(third.packets, []);
    await hub.restart(how);
    const fourth = await hub.come("away", { clean: false });
    await settled(fourth);
    assert.deepEqual(fourth.packets, []);
  });
}

test("what was sent and not confirmed comes again in its order, marked as such, before what waits", async (t) => {
  const hub = await hubFor(t);
  const to = await hub.come("to", { clean: false });
  await to.subscribe("a", 1);
  const from = await hub.come("from");
  for (let at = 1; at <= 30; at++) {
    from.publish("a", `${at}`, { qos: 1, id: at });
    await from.read("puback");
  }
  await settled(to);
  // Twenty are on their way; the others wait until these are confirmed.
  assert.equal(to.packets.length, 20);
  await to.end();
  const again = await hub.come("to", { clean: false });
  for (let at = 1; at <= 30; at++) {
    const { payload, dup, messageId = 0 } = await again.read("publish");
    assert.deepEqual([payload.toString(), dup], [`${at}`, at <= 20]);
    again.send({ cmd: "puback", messageId });
  }
});

test("a thousand messages wait for one who is away; more are dropped, and counted", async (t) => {
  const hub = await hubFor(t);
  const to = await hub.come("to", { clean: false });
  await to.subscribe("a", 1);
  await to.end();
  const from = await hub.come("from");
  for (let at = 0; at < 1_010; at++) from.publish("a", `${at}`, { qos: 1, id: at + 1 });
  for (let at = 0; at < 1_010; at++) await from.read("puback");
  assert.equal(hub.broker.counters.dropped, 10);
  const back = await hub.come("to", { clean: false });
  for (let at = 0; at < 1_000; at++) {
    const { payload, messageId = 0 } = await back.read("publish");
    assert.equal(payload.toString(), `${at}`);
    back.send({ cmd: "puback", messageId });
  }
});

test("a board that retains ever more takes no room of the others, also after a restart", async (t) => {
  const hub = await hubFor(t);
  const greedy = await hub.come("greedy");
  const fill = async (wire: Wire) => {
    for (let at = 0; at < 510; at++) wire.publish(`airpair/greedy/${at}`, "x", { retain: true });
    await settled(wire);
  };
  const own = hub.broker.state.retained;
  await fill(greedy);
  assert.equal(hub.broker.state.retained, own + 500);
  assert.match(
    hub.notices.join(),
    /too much is retained below airpair\/greedy: what is new there is not/,
  );
  await hub.restart("kill");
  const again = await hub.come("greedy");
  await fill(again);
  assert.equal(hub.broker.state.retained, own + 500);
  again.publish("airpair/other/status", "online", { retain: true });
  again.publish("airpair/greedy/0", "", { retain: true });
  again.publish("airpair/greedy/new", "x", { retain: true });
  await settled(again);
  assert.equal(hub.broker.state.retained, own + 501);
});

test("a session has a thousand filters at most", async (t) => {
  const hub = await hubFor(t);
  const wire = await hub.come("many");
  const subscriptions = Array.from({ length: 1_000 }, (_, at) => ({
    topic: `f/${at}`,
    qos: 0 as const,
  }));
  wire.send({ cmd: "subscribe", messageId: 1, subscriptions });
  assert.ok((await wire.read("suback")).granted.every((granted) => granted === 0));
  assert.equal(await wire.subscribe("f/one-more"), 128);
  assert.equal(await wire.subscribe("f/0", 1), 1);
});

test("one who reads nothing keeps nobody else waiting, and does not fill the memory", async (t) => {
  const hub = await hubFor(t);
  const sleepy = await hub.come("sleepy");
  await sleepy.subscribe("a");
  sleepy.socket.pause();
  const awake = await hub.come("awake");
  await awake.subscribe("a");
  const from = await hub.come("from");
  const large = Buffer.alloc(16_000, "x");
  for (let at = 0; at < 1_000; at++) {
    from.publish("a", large);
    if (at % 20 === 19) await settled(from);
  }
  from.publish("a", "the end");
  assert.equal((await awake.readUntil("the end")).length, 1_000);
  assert.ok(hub.broker.counters.dropped > 0, `${hub.broker.counters.dropped}`);
});

test("the last will goes out when a connection is lost, when the client comes anew and when the hub ends, not after DISCONNECT", async (t) => {
  const hub = await hubFor(t);
  const will = { topic: "w", payload: "gone", qos: 1, retain: true } as const;
  const to = await hub.come("to", { clean: false });
  await to.subscribe("w", 0);
  const lost = await hub.come("board", { will });
  await lost.end();
  assert.equal(await to.readText(), "gone");
  const first = await hub.come("board", { will });
  const second = await hub.come("board", { will });
  await first.closed();
  assert.equal(await to.readText(), "gone");
  second.send({ cmd: "disconnect" });
  await second.closed();
  await settled(to);
  assert.deepEqual(to.packets, []);
  const clear = await hub.come("clear");
  clear.publish("w", "", { retain: true });
  await settled(clear);
  await hub.come("board", { will });
  await hub.restart("end");
  const late = await hub.come("late");
  await late.subscribe("w");
  assert.equal(await late.readText(), "gone");
});

test("after kill -9 those who were connected count as gone, once", async (t) => {
  const hub = await hubFor(t);
  const will = { topic: "w", payload: "gone", retain: true };
  const board = await hub.come("board", { will });
  board.publish("w", "here", { qos: 1, retain: true });
  await board.read("puback");
  await hub.restart("kill");
  const late = await hub.come("late");
  await late.subscribe("w");
  assert.equal(await late.readText(), "gone");
  late.publish("w", "here", { qos: 1, retain: true });
  await late.read("puback");
  await hub.restart("kill");
  const later = await hub.come("later");
  await later.subscribe("w");
  assert.equal(await later.readText(), "here");
});

test("a board is its user, whatever it calls itself, and nobody takes over the session of another", async (t) => {
  const hub = await hubFor(t);
  const board = await hub.come("board-01", { door: "boards", clean: false });
  await board.subscribe("mine", 1);
  const others = [
    await hub.come("board-01", { door: "boards", user: "board-02" }),
    await hub.come("board-01", { user: "teacher" }),
    await hub.come("board-01", { user: "telegraf" }),
  ];
  await settled(board);
  for (const other of others) await settled(other);
  // The same user under another name is the same board.
  const again = hub.wire("boards");
  again.send(connectPacket("phantom", { user: "board-01", clean: false }));
  assert.equal((await again.read("connack")).sessionPresent, true);
  await board.closed();
});

test("a client without a name gets one if its session ends with it, and else is refused", async (t) => {
  const hub = await hubFor(t);
  await hub.come("");
  await hub.come("");
  assert.equal(hub.broker.state.connected, 2);
  const nameless = hub.wire();
  const bytes = generate(connectPacket(""));
  // The flag of a clean session is bit 1 of byte 9.
  bytes[9] = (bytes[9] ?? 0) & ~2;
  nameless.socket.write(bytes);
  assert.equal((await nameless.read("connack")).returnCode, 2);
});

test("a wrong password is refused after a second, and MQTT 5 at once in its own words", async (t) => {
  const hub = await hubFor(t);
  const begin = performance.now();
  await assert.rejects(hub.come("x", { password: "wrong" }), /refused with 5/);
  assert.ok(performance.now() - begin > 900);
  const five = hub.wire();
  five.socket.write(
    generate(
      { cmd: "connect", protocolId: "MQTT", protocolVersion: 5, clientId: "x", clean: true },
      { protocolVersion: 5 },
    ),
  );
  const bytes: Buffer[] = [];
  five.socket.on("data", (piece: Buffer) => bytes.push(piece));
  await five.closed();
  // CONNACK, session present 0, reason code 0x84.
  assert.deepEqual([...Buffer.concat(bytes).subarray(0, 4)], [0x20, 3, 0, 0x84]);
});

test("who was refused, and why, is said to whoever runs the hub, once a minute and without signs that act", async (t) => {
  const hub = await hubFor(t);
  const wrong = { door: "boards", user: "board\u001b[2J", password: "wrong" } as const;
  await assert.rejects(hub.come("x", wrong), /refused with 5/);
  await assert.rejects(hub.come("x", wrong), /refused with 5/);
  const refused =
    "board?[2J at 127.0.0.1 was refused at the port for boards: that user with that password is not in the list";
  assert.deepEqual(hub.notices, [refused]);
  hub.advance(60_000);
  await assert.rejects(hub.come("x", wrong), /refused with 5/);
  const board = await hub.come("board-01", { door: "boards" });
  board.socket.write(Uint8Array.of(0x30, 0xff, 0xff, 0x7f, 0));
  await board.closed();
  assert.deepEqual(hub.notices.slice(1), [
    refused,
    "board-01 at 127.0.0.1 was disconnected: a packet of 2097155 bytes, more than 16384",
  ]);
});

test("rights are asked for what is sent, subscribed to, kept and willed", async (t) => {
  const rights = "pattern write own/%u/#\npattern read to/%u\nuser teacher\ntopic readwrite #\n";
  const hub = await hubFor(t, rights);
  const teacher = await hub.come("t");
  await teacher.subscribe("#");
  const will = { topic: "own/board-02/will", payload: "forged" };
  const board = await hub.come("board-01", { door: "boards", clean: false, will });
  assert.equal(await board.subscribe("to/board-02", 1), 128);
  assert.equal(await board.subscribe("to/board-01", 1), 1);
  assert.equal(await board.subscribe("#", 1), 1);
  board.publish("own/board-02/x", "forged", { qos: 1 });
  await board.read("puback");
  board.publish("own/board-01/x", "allowed", { qos: 1 });
  await board.read("puback");
  await board.end();
  teacher.publish("to/board-02", "secret", { qos: 1 });
  await teacher.read("puback");
  teacher.publish("to/board-01", "mine", { qos: 1 });
  await teacher.read("puback");
  teacher.publish("end", "end");
  assert.deepEqual(await teacher.readUntil("end"), ["allowed", "secret", "mine"]);
  const back = await hub.come("board-01", { door: "boards", clean: false });
  assert.equal(await back.readText(), "mine");
  await settled(back);
  assert.deepEqual(back.packets, []);
});

test("what is no MQTT ends its own connection and no other", async (t) => {
  const hub = await hubFor(t);
  const good = await hub.come("good");
  const connected = generate(connectPacket("bad"));
  const long = Buffer.concat([Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0x7f), Buffer.alloc(100)]);
  const cases: Buffer[] = [
    Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
    Buffer.from([0x30, 3, 0, 1, 0x61]),
    Buffer.concat([connected, connected]),
    Buffer.concat([connected, Uint8Array.of(0x30, 2, 0, 5)]),
    Buffer.concat([connected, Uint8Array.of(0x30, 4, 0, 1, 0x23, 0)]),
    Buffer.concat([connected, Uint8Array.of(0x36, 5, 0, 1, 0x61, 0, 1)]),
    Buffer.concat([connected, Uint8Array.of(0x82, 3, 0, 1, 0)]),
    Buffer.concat([connected, Uint8Array.of(0xf0, 0)]),
    Buffer.concat([connected, Uint8Array.of(0x20, 2, 0, 0)]),
    Buffer.concat([connected, long]),
  ];
  for (const [at, bytes] of cases.entries()) {
    const wire = hub.wire();
    wire.socket.write(bytes);
    await wire.closed().catch(() => assert.fail(`case ${at} goes on`));
  }
  await settled(good);
});

test("any bytes at all, in any pieces, do the broker no harm", async (t) => {
  const hub = await hubFor(t);
  const good = await hub.come("good");
  let seed = 1;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed;
  };
  const wires: Wire[] = [];
  for (let at = 0; at < 60; at++) {
    const wire = hub.wire();
    wires.push(wire);
    if (at % 2 === 0) wire.send(connectPacket(`r-${at}`, { clean: at % 4 === 0 }));
    for (let piece = 0; piece < 20; piece++) {
      const bytes = Buffer.from(Array.from({ length: random() % 40 }, () => random() % 256));
      wire.socket.write(bytes);
    }
  }
  await settled(good);
  for (const wire of wires) await wire.end();
  await settled(good);
  assert.deepEqual(hub.failures, []);
});

test("who is silent for one and a half times keep-alive is let go, and who pings stays", async (t) => {
  const hub = await hubFor(t);
  const silent = await hub.come("silent", { keepalive: 1 });
  const lively = await hub.come("lively", { keepalive: 1 });
  const timer = setInterval(() => lively.send({ cmd: "pingreq" }), 300);
  await silent.closed();
  clearInterval(timer);
  assert.equal(lively.isClosed, false);
});

test("a session whose client has not come for thirty days is forgotten at the next look", async (t) => {
  const hub = await hubFor(t);
  const away = await hub.come("away", { clean: false });
  await away.subscribe("a", 1);
  await away.end();
  const here = await hub.come("here", { clean: false });
  const day = 24 * 3_600_000;
  hub.now += 29 * day;
  hub.advance(3_600_000);
  assert.equal(hub.broker.state.sessions, 2);
  hub.now += 2 * day;
  hub.advance(3_600_000);
  await settled(here);
  assert.equal(hub.broker.state.sessions, 1);
  assert.equal(hub.broker.state.expired, 1);
  await hub.restart("kill");
  assert.equal(hub.broker.state.sessions, 1);
});

test("$SYS has the names of Mosquitto, is there at once, and follows every ten seconds", async (t) => {
  const hub = await hubFor(t);
  const look = await hub.come("look");
  await look.subscribe("$SYS/broker/uptime");
  assert.equal(await look.readText(), "0 seconds");
  await look.subscribe("$SYS/broker/version");
  assert.equal(await look.readText(), "airpair hub version 0");
  await hub.come("another", { clean: false });
  const names = new Map<string, string>();
  await look.subscribe("$SYS/broker/+/+");
  hub.advance(10_000);
  await settled(look);
  for (const packet of look.packets) {
    if (packet.cmd === "publish") names.set(packet.topic, packet.payload.toString());
  }
  assert.equal(names.get("$SYS/broker/uptime"), "10 seconds");
  assert.equal(names.get("$SYS/broker/clients/connected"), "2");
  assert.equal(names.get("$SYS/broker/clients/total"), "2");
  assert.equal(names.get("$SYS/broker/clients/disconnected"), "0");
  assert.match(names.get("$SYS/broker/messages/sent") ?? "", /^\d+$/);
  // Nobody takes it for one's own.
  await look.subscribe("#");
  look.publish("x", "only this");
  await look.readUntil("only this");
});

test("a hub starts with a hundred and thirty thousand messages that wait", async (t) => {
  const hub = await hubFor(t);
  await hub.stop();
  const database = new Database(join(hub.folder, "hub.db"));
  database.exec(`
    WITH RECURSIVE count(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < 130000)
    INSERT INTO outgoing SELECT 'session ' || n % 200, n, 'a', x'78', 1, 1, NULL, 0, 0 FROM count`);
  database.close();
  await hub.start();
  await hub.come("new");
});

test("when nothing can be kept any more nobody is told that it was, and the hub says so", async (t) => {
  const hub = await hubFor(t);
  const away = await hub.come("away", { clean: false });
  await away.subscribe("a", 1);
  await away.end();
  const from = await hub.come("from");
  await settled(from);
  // The disk is gone.
  hub.breakStore();
  from.publish("a", "lost", { qos: 1 });
  await from.closed();
  assert.deepEqual(from.packets, []);
  assert.equal(hub.failures.length, 1);
});
