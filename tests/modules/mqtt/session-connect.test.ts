// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type {
  MqttSession,
  MqttSessionOptions,
  SessionState,
} from "../../../modules/mqtt/session.ts";
import {
  connackBytes,
  packetBytes,
  pingrespBytes,
  publishBytes,
} from "../../support/broker-packets.ts";
import { SessionBench } from "../../support/session-bench.ts";

function waiting(state: SessionState): SessionState & { kind: "waiting" } {
  if (state.kind !== "waiting") throw new Error(`it is ${state.kind}`);
  return state;
}

/** The first state "waiting" of a session that cannot connect. */
function failure(bench: SessionBench, options: Partial<MqttSessionOptions> = {}) {
  const session = bench.session(options);
  session.start();
  bench.until(() => session.state.kind === "waiting");
  return waiting(session.state);
}

test("every connection asks for no delay, with TLS and without: a reading must not wait for another", () => {
  for (const secure of [false, true]) {
    const bench = new SessionBench();
    bench.online({ brokers: [{ host: "b", port: 1883, secure }] });
    assert.equal(bench.network.link.options.noDelay, true);
    bench.network.link.cut();
    bench.until(() => bench.network.links.length === 2);
    assert.equal(bench.network.link.options.noDelay, true);
  }
});

test("a session connects by name and goes through its states", () => {
  const bench = new SessionBench();
  const session = bench.session();
  assert.equal(session.state.kind, "idle");
  session.start();
  bench.time.advance(100);
  const all = ["resolving", "connecting", "handshaking", "online"];
  assert.deepEqual(bench.states, all);
  assert.deepEqual(bench.network.lookups, ["broker.test"]);
  assert.equal(bench.network.link.options.address, "192.0.2.1");
  assert.equal(bench.network.link.options.port, 1883);
  assert.deepEqual(session.state, {
    kind: "online",
    since: 5,
    broker: "mqtt://broker.test:1883",
    resumed: false,
  });
});

test("an IP address is not looked up", () => {
  const bench = new SessionBench();
  const session = bench.online({ brokers: [{ host: "10.0.0.7", port: 1884, secure: false }] });
  assert.equal(session.state.kind, "online");
  assert.deepEqual(bench.network.lookups, []);
  assert.deepEqual(bench.states, ["connecting", "handshaking", "online"]);
});

test("CONNECT carries id, user, password, keepalive, will and a kept session", () => {
  const bench = new SessionBench();
  bench.online({
    user: "u",
    password: "p",
    keepAlive: 30_500,
    will: { topic: "s", message: "offline", QoS: 1, retain: true },
  });
  const { connect } = bench.broker.connection;
  assert.deepEqual(connect, {
    type: "CONNECT",
    id: "board",
    clean: false,
    keepAliveSeconds: 31,
    user: "u",
    password: new TextEncoder().encode("p"),
    will: { topic: "s", message: new TextEncoder().encode("offline"), QoS: 1, retain: true },
  });
});

test("the user of an address wins, and the session's password is not sent with it", () => {
  const bench = new SessionBench();
  const brokers = [{ host: "b", port: 1883, secure: false, user: "other" }];
  bench.online({ user: "u", password: "p", brokers });
  assert.equal(bench.broker.connection.connect?.user, "other");
  assert.equal(bench.broker.connection.connect?.password, undefined);
});

test("the default is a kept session with a keepalive of 60 s", () => {
  const bench = new SessionBench();
  bench.online();
  const { connect } = bench.broker.connection;
  assert.equal(connect?.clean, false);
  assert.equal(connect?.keepAliveSeconds, 60);
  assert.equal(connect?.will, undefined);
});

for (const [code, reason] of [
  [1, "mqtt/refused-version"],
  [2, "mqtt/refused-id"],
  [3, "mqtt/refused-unavailable"],
  [4, "mqtt/refused-credentials"],
  [5, "mqtt/refused-authorization"],
] as const) {
  test(`CONNACK code ${code} is reported as ${reason}`, () => {
    const bench = new SessionBench();
    bench.broker.returnCode = code;
    const state = failure(bench);
    assert.equal(state.reason, reason);
    const slow = state.until - state.since >= 300_000;
    assert.equal(slow, code !== 3, "only what a person must mend is tried again slowly");
    bench.time.advance(0);
    assert.match(bench.book.text, /the broker refused the connection/);
    assert.equal(bench.network.open, 0);
  });
}

test("after bad credentials the next attempt comes after five to ten minutes, and succeeds", () => {
  const bench = new SessionBench();
  bench.broker.returnCode = 4;
  const state = failure(bench);
  const pause = state.until - state.since;
  assert.ok(pause >= 300_000 && pause <= 600_000, `${pause} ms`);
  bench.broker.returnCode = 0;
  bench.time.advance(pause - 1);
  assert.equal(bench.broker.connections.length, 1);
  bench.time.advance(10);
  assert.equal(bench.states.at(-1), "online");
});

test("with several brokers, a refusal by one leads to the next at once", () => {
  const bench = new SessionBench();
  bench.broker.returnCode = 4;
  const brokers = ["one", "two"].map((host) => ({ host, port: 1883, secure: false }));
  const session = bench.session({ brokers });
  session.start();
  bench.until(() => bench.broker.connections.length === 2);
  assert.deepEqual(bench.network.lookups, ["one", "two"]);
  assert.ok(bench.time.ticks() < 4_100, "the first pause is short");
  bench.until(() => session.state.kind === "waiting");
  const { since, until } = waiting(session.state);
  assert.ok(until - since >= 300_000, "when all have refused, the pause is long");
});

for (const [what, arrange, reason] of [
  ["an unknown name", (b: SessionBench) => (b.network.names = "fail"), "mqtt/dns-failed"],
  ["a silent name server", (b: SessionBench) => (b.network.names = "silent"), "mqtt/dns-deadline"],
  ["a resolver that throws", (b: SessionBench) => (b.network.names = "throw"), "mqtt/dns-failed"],
  ["a closed port", (b: SessionBench) => (b.network.connects = "refuse"), "mqtt/tcp-failed"],
  ["a silent host", (b: SessionBench) => (b.network.connects = "silent"), "mqtt/tcp-deadline"],
  ["no CONNACK", (b: SessionBench) => b.broker.muted.add("CONNECT"), "mqtt/connack-deadline"],
] as const) {
  test(`${what} ends in ${reason} within ten seconds`, () => {
    const bench = new SessionBench();
    arrange(bench);
    const state = failure(bench);
    assert.equal(state.reason, reason);
    assert.ok(state.since <= 10_010, `${state.since} ms`);
    assert.equal(bench.network.open, 0, "nothing was left open");
  });
}

for (const [what, handshakes, reason] of [
  ["a certificate that is not trusted", "fail", "mqtt/tls-failed"],
  ["a TLS handshake that does not end", "silent", "mqtt/tls-deadline"],
] as const) {
  test(`${what} ends in ${reason}, and no byte was sent`, () => {
    const bench = new SessionBench();
    bench.network.handshakes = handshakes;
    const brokers = [{ host: "b", port: 8883, secure: true }];
    const state = failure(bench, { brokers });
    assert.equal(state.reason, reason);
    assert.equal(bench.network.link.writes, 0);
    assert.equal(state.until - state.since >= 300_000, handshakes === "fail");
  });
}

const birth = { topic: "s", payload: "online" };

/** The pause of a session that waits, s; else 0. */
function pauseOf({ state }: MqttSession): number {
  return state.kind === "waiting" ? (state.until - state.since) / 1_000 : 0;
}

/** Pauses, s, after the next attempts of a session that has started. */
function pausesOf(bench: SessionBench, session: MqttSession, count: number): number[] {
  return Array.from({ length: count }, () => {
    bench.until(() => session.state.kind === "waiting");
    const { since, until } = waiting(session.state);
    bench.until(() => session.state.kind !== "waiting");
    return Math.round((until - since) / 1_000);
  });
}

const secureBrokers = ["one", "two"].map((host) => ({ host, port: 8883, secure: true }));

test("a broker that ends the handshake early is taken for one that starts, for two minutes", () => {
  const bench = new SessionBench();
  bench.network.handshakes = "close";
  const session = bench.session({ brokers: secureBrokers.slice(0, 1), random: () => 0.999 });
  session.start();
  bench.until(() => pauseOf(session) > 60);
  const { since, reason, text } = waiting(session.state);
  assert.ok(since >= 120_000 && since <= 135_000, `${since} ms`);
  assert.equal(Math.round(pauseOf(session)), 600);
  assert.equal(reason, "mqtt/tls-closed");
  assert.match(text, /ended the secure handshake.*is it starting\?.*without it is mqtt:\/\//);
  assert.ok(
    bench.network.links.every(({ writes }) => writes === 0),
    "no byte",
  );
});

test("another failure between them, or a connection, begins the time of early ends again", () => {
  const bench = new SessionBench();
  bench.network.handshakes = "close";
  const session = bench.session({ brokers: secureBrokers.slice(0, 1), random: () => 0.999, birth });
  session.start();
  bench.time.advance(115_000);
  bench.network.connects = "refuse";
  bench.time.advance(10_000);
  bench.network.connects = "accept";
  bench.time.advance(100_000);
  assert.ok(pauseOf(session) < 30);
  bench.network.handshakes = "verify";
  bench.until(() => session.state.kind === "online");
  bench.time.advance(31_000);
  bench.network.handshakes = "close";
  bench.network.link.cut();
  bench.time.advance(115_000);
  assert.ok(pauseOf(session) < 30);
  bench.until(() => pauseOf(session) > 60);
});

test("of two brokers one that refuses does not make the other wait", () => {
  const bench = new SessionBench();
  bench.network.handshakes = "close";
  const session = bench.session({ brokers: secureBrokers, random: () => 0.999 });
  session.start();
  bench.time.advance(150_000);
  bench.network.handshakes = "fail";
  bench.until(() => pauseOf(session) > 60);
  assert.equal(Math.round(pauseOf(session)), 600);
});

test("mqtts on a host without TLS is never tried in the clear", () => {
  const bench = new SessionBench();
  const { dns, tcp } = bench.network.providers;
  const brokers = [{ host: "b", port: 8883, secure: true }];
  const state = failure(bench, { brokers, network: { dns, tcp } });
  assert.equal(state.reason, "mqtt/no-tls");
  assert.equal(bench.network.links.length, 0);
});

test("a resolver that answers from inside the question is fine", () => {
  const bench = new SessionBench();
  bench.network.names = "at-once";
  assert.equal(bench.online().state.kind, "online");
});

test("the name is looked up again for each attempt", () => {
  const bench = new SessionBench();
  const session = bench.online();
  bench.network.link.cut();
  bench.until(() => session.counters.connects === 2);
  assert.deepEqual(bench.network.lookups, ["broker.test", "broker.test"]);
});

const text = (line: string) => new TextEncoder().encode(line);

for (const [what, bytes, words] of [
  ["a PUBLISH before CONNACK", publishBytes("a", { payload: "x" }), /must be CONNACK/],
  ["a CONNACK with session present and a refusal", connackBytes(true, 5), /session present is set/],
  ["an unknown return code", connackBytes(false, 6), /none of 0 to 5/],
  ["a CONNACK without body", packetBytes(0x20, []), /remaining length/],
  ["a CONNACK with a byte too many", packetBytes(0x20, [0, 0, 0]), /remaining length/],
  ["a web server", text("HTTP/1.1 400 Bad Request\r\n\r\n"), /that of a web server/],
  [
    "an SSH server",
    text("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n"),
    /that of an SSH server, which says "SSH-2\.0-OpenSSH_9\.2p1 Debian-2\+deb12u3"; check host and port; MQTT is usually on 1883/,
  ],
  ["a mail server", text("220 mail.test ESMTP\r\n"), /that of a mail or FTP server.*1883/],
  [
    "a mail server that refuses us",
    text("554-mail.test no\r\n554 bye\r\n"),
    /a mail or FTP server/,
  ],
  ["an IMAP server", text("* OK [CAPABILITY IMAP4rev1] ready\r\n"), /a mail server \(IMAP\)/],
  ["a POP3 server", text("+OK ready\r\n"), /a mail server \(POP3\)/],
  ["a Redis server", text("-ERR unknown command\r\n"), /a database or mail server/],
  ["the AMQP port of a broker", text("AMQP\0\0\t\u0001"), /that of a broker for AMQP/],
  ["NATS for its own clients", text('INFO {"server_id":"N"} \r\n'), /that of a NATS server/],
  ["a server that nobody knows", text("HELO! ".repeat(20)), /: it says "HELO! .{34}"; check/],
  ["bytes that are no text", Uint8Array.of(0xff, 0xfd, 0x18), /reserved.*; check host and port$/],
  ["a port with TLS", Uint8Array.of(0x15, 3, 3, 0, 2, 2, 10), /it speaks TLS; use mqtts:\/\//],
  ["MQTT 5 only", packetBytes(0x20, [0, 0x84, 0]), /MQTT 5 only \(reason 132\)/],
] as const) {
  test(`${what} ends the attempt, and says what is on the other side`, () => {
    const bench = new SessionBench();
    bench.broker.onConnection = ({ link }) => link.send(bytes);
    bench.broker.muted.add("CONNECT");
    const state = failure(bench);
    assert.equal(state.reason, "mqtt/not-mqtt");
    assert.match(state.text, /^this port does not speak MQTT 3\.1\.1: /);
    assert.match(state.text, words);
    assert.equal(bench.network.open, 0);
  });
}

test("a greeting in the turn in which the socket opens is seen, and a piece of one is shown as it is", () => {
  const bench = new SessionBench();
  bench.network.piece = 6;
  bench.broker.onConnection = ({ link }) => link.send(text("SSH-2.0-x\r\n"));
  assert.match(failure(bench).text, /an SSH server, which says "SSH-2\."/);
});

test("an end before CONNACK asks what the port speaks", () => {
  const bench = new SessionBench();
  bench.broker.onConnection = ({ link }) => link.shut();
  const state = failure(bench);
  assert.equal(state.reason, "mqtt/no-connack");
  assert.match(
    state.text,
    /closed before the broker had answered CONNECT.*does this port speak MQTT/,
  );
});

test("code 5 may be a wrong password, which Mosquitto says with it", () => {
  const bench = new SessionBench();
  bench.broker.returnCode = 5;
  assert.match(
    failure(bench).text,
    /\(code 5\): user, password or rights are wrong; set user and password/,
  );
});

test("a second CONNACK ends the connection", () => {
  const bench = new SessionBench();
  const session = bench.online();
  bench.broker.send(connackBytes());
  bench.time.advance(10);
  assert.equal(waiting(session.state).reason, "mqtt/unexpected");
});

test("a broker that accepts and then closes meets growing pauses, and is told of", () => {
  const bench = new SessionBench();
  bench.broker.onPacket = (packet, { link }) => {
    if (packet.type === "CONNECT") {
      link.send(connackBytes());
      link.shut();
    }
    return true;
  };
  const session = bench.session({ random: () => 0.999 });
  const pauses: number[] = [];
  session.start();
  for (let i = 0; i < 8; i++) {
    bench.until(() => session.state.kind === "online");
    bench.until(() => session.state.kind === "waiting");
    const { since, until } = waiting(session.state);
    pauses.push(Math.round((until - since) / 1000));
  }
  assert.deepEqual(pauses, [1, 4, 8, 16, 32, 64, 120, 120]);
  assert.equal(session.counters.kicks, 8);
  assert.match(bench.book.text, /is another client using the id "board"\?/);
});

test("a proxy that accepts and closes before CONNACK is asked again soon, and is no rival", () => {
  const bench = new SessionBench();
  bench.broker.onConnection = ({ link }) => link.shut();
  const session = bench.session({ random: () => 0.999 });
  session.start();
  bench.time.advance(60_000);
  assert.ok(session.counters.attempts > 10);
  bench.until(() => session.state.kind === "waiting");
  assert.equal(waiting(session.state).reason, "mqtt/no-connack");
  assert.equal(session.counters.kicks, 0);
  bench.until(() => session.state.kind !== "waiting");
  bench.until(() => session.state.kind === "waiting");
  assert.equal(bench.network.open, 0);
});

test("after a refusal the wait grows with the sixteenth part of the outage, up to 30 s", () => {
  const bench = new SessionBench();
  bench.network.connects = "refuse";
  const session = bench.session({ random: () => 0.999 });
  session.start();
  const pauseAfter = (seconds: number) => {
    bench.time.advance(seconds * 1_000 - bench.time.ticks());
    bench.until(() => session.state.kind === "waiting");
    return Math.round(pauseOf(session));
  };
  assert.deepEqual([1, 60, 600, 86_400].map(pauseAfter), [1, 5, 30, 30]);
});

test("who does not answer at all is asked twice as late each time, up to two minutes", () => {
  const bench = new SessionBench();
  bench.network.connects = "silent";
  const session = bench.session({ random: () => 0.999 });
  session.start();
  assert.deepEqual(pausesOf(bench, session, 7), [4, 8, 16, 32, 64, 120, 120]);
});

test("a refusal shows that somebody is there: the next silence begins with a short wait", () => {
  const bench = new SessionBench();
  bench.network.connects = "silent";
  const session = bench.session({ random: () => 0.999 });
  session.start();
  pausesOf(bench, session, 4);
  bench.network.connects = "refuse";
  pausesOf(bench, session, 2);
  bench.network.connects = "silent";
  bench.until(() => session.state.kind === "connecting");
  bench.until(() => session.state.kind === "waiting");
  assert.equal(Math.round(pauseOf(session)), 4);
});

/** Pauses of a board that has lost a link after `held` ms, s. */
function pausesAfterLoss(held: number, options: Partial<MqttSessionOptions>): number[] {
  const bench = new SessionBench();
  const session = bench.online({ random: () => 0.999, ...options });
  bench.time.advance(held);
  bench.network.connects = "refuse";
  bench.network.link.cut();
  return pausesOf(bench, session, 2);
}

test("a stable link that was lost is tried again within half a second", () => {
  const bench = new SessionBench();
  const session = bench.online({ random: () => 0.999, birth });
  bench.time.advance(31_000);
  bench.network.link.cut();
  bench.until(() => session.state.kind === "waiting");
  assert.equal(waiting(session.state).attempt, 0);
  bench.time.advance(520);
  assert.equal(session.state.kind, "online");
});

test("many boards at a broker come back spread, two hundred a second", () => {
  assert.deepEqual(pausesAfterLoss(31_000, { birth, reconnect: { boards: 1_000 } }), [5, 8]);
  assert.deepEqual(pausesAfterLoss(31_000, { birth, reconnect: { boards: 6_000 } }), [30, 45]);
});

for (const [what, muted] of [
  ["anything", ["PUBLISH", "SUBSCRIBE", "PINGREQ"]],
  ["a message, but each filter and question", ["PUBLISH"]],
] as const) {
  test(`a broker that accepts and never confirms ${what} meets growing pauses`, () => {
    const bench = new SessionBench();
    for (const type of muted) bench.broker.muted.add(type);
    const session = bench.session({ random: () => 0.999, birth });
    session.subscribe("in", { onMessage: () => {} });
    session.start();
    // Each connection holds until the deadline for confirming, which is longer than 30 s.
    const pauses = Array.from({ length: 5 }, () => {
      bench.until(() => session.state.kind === "online");
      bench.until(() => session.state.kind === "waiting");
      return Math.round(pauseOf(session));
    });
    assert.deepEqual(pauses, [1, 4, 8, 16, 32]);
  });
}

test("with two brokers, the one that was lost is tried first, then the other", () => {
  const bench = new SessionBench();
  const brokers = ["one", "two"].map((host) => ({ host, port: 1883, secure: false }));
  const session = bench.online({ brokers, random: () => 0.999, birth });
  bench.time.advance(31_000);
  bench.network.connects = "silent";
  bench.network.link.cut();
  const pauses = pausesOf(bench, session, 6);
  assert.deepEqual(pauses, [0, 4, 4, 8, 8, 16]);
  assert.deepEqual(bench.network.lookups.slice(0, 4), ["one", "one", "two", "one"]);
});

test("pauses are spread from their least to their bound", () => {
  const pause = (random: number) => {
    const bench = new SessionBench();
    bench.network.connects = "refuse";
    const { since, until } = failure(bench, { random: () => random });
    return until - since;
  };
  assert.deepEqual([0, 0.25, 0.5, 0.9].map(pause), [200, 450, 700, 1_100]);
});

test("who waits can be asked to try at once", () => {
  const bench = new SessionBench();
  bench.broker.returnCode = 4;
  const session = bench.session();
  session.start();
  bench.until(() => session.state.kind === "waiting");
  bench.broker.returnCode = 0;
  assert.equal(session.retry(), true);
  bench.time.advance(10);
  assert.equal(session.state.kind, "online");
  assert.equal(session.retry(), false);
});

test("bytes that arrive one by one and a window of seven bytes connect all the same", () => {
  const bench = new SessionBench();
  bench.network.piece = 1;
  bench.network.window = 7;
  const session = bench.online({ will: { topic: "s", message: "offline" } });
  session.publish("t", "hello", { QoS: 2 });
  bench.time.advance(1_000);
  assert.deepEqual(bench.broker.payloads("t"), ["hello"]);
  assert.equal(session.counters.delivered, 1);
});

test("PINGRESP before anybody asked is harmless", () => {
  const bench = new SessionBench();
  const session = bench.online();
  bench.broker.send(pingrespBytes());
  bench.time.advance(10);
  assert.equal(session.state.kind, "online");
});
