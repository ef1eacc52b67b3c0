// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { TLSOptions } from "../../../modules/ecma-419/tcp.ts";
import type { MqttSessionOptions, SessionAccess } from "../../../modules/mqtt/session.ts";
import { MemoryKeyValue } from "../../support/memory-key-value.ts";
import { SessionBench } from "../../support/session-bench.ts";

const will = { topic: "status", message: "offline", QoS: 1, retain: true } as const;
const status: Partial<MqttSessionOptions> = {
  will,
  birth: { topic: "status", payload: "online" },
  goodbye: { topic: "status", payload: "offline" },
};
const one = { host: "broker.test", port: 1883, secure: false };
const two = { host: "other.test", port: 1884, secure: false };

function access(more: Partial<SessionAccess> = {}): SessionAccess {
  return { brokers: [two], id: "board", will, ...more };
}

/** Where connections have gone, in order. */
function hosts(bench: SessionBench): string[] {
  return bench.network.links.map(({ options }) => `${options.host}:${options.port}`);
}

const [old, other] = ["broker.test:1883", "other.test:1884"];

test("a session that moves says goodbye, leaves no will, and is at the other broker at once", () => {
  const bench = new SessionBench();
  const session = bench.online(status);
  const moved = bench.time.ticks();
  session.move(access());
  bench.until(() => session.counters.connects === 2);
  assert.ok(bench.time.ticks() - moved < 100, `${bench.time.ticks() - moved} ms`);
  bench.time.advance(100);
  assert.deepEqual(hosts(bench), [old, other]);
  const [first] = bench.broker.connections;
  assert.match(first?.types ?? "", /DISCONNECT$/);
  assert.deepEqual(bench.broker.payloads("status"), ["online", "offline", "online"]);
  assert.equal(session.state.kind, "online");
  assert.match(bench.book.text, /have changed: to mqtt:\/\/other\.test:1884 at once/);
});

test("what waits and what is not confirmed goes out at the other broker, as new and in order", () => {
  for (const QoS of [1, 2] as const) {
    const bench = new SessionBench();
    const session = bench.online(status);
    bench.broker.muted.add("PUBLISH");
    for (let i = 0; i < 5; i++) session.publish("t", String(i), { QoS });
    session.publish("t", "last");
    bench.time.advance(100);
    session.move(access());
    // The goodbye is not confirmed: it is not waited for any longer than that.
    bench.time.advance(1_600);
    assert.deepEqual(hosts(bench), [old, other]);
    bench.broker.muted.clear();
    bench.until(() => session.counters.connects === 2);
    bench.until(() => session.outgoing === 0);
    const packets = bench.broker.connection.packets.filter((one) => one.type === "PUBLISH");
    assert.ok(packets.every(({ duplicate }) => !duplicate));
    assert.deepEqual(bench.broker.payloads("t"), ["0", "1", "2", "3", "4", "last"]);
    // The goodbye was for the old one.
    assert.deepEqual(bench.broker.payloads("status"), ["online"]);
  }
});

test("a session that another broker has under the same id is not taken for ours", () => {
  const bench = new SessionBench();
  const session = bench.online(status);
  session.subscribe("in", { QoS: 1, onMessage: () => {} });
  bench.time.advance(100);
  session.move(access());
  bench.until(() => session.counters.connects === 2);
  bench.time.advance(100);
  assert.equal(session.counters.resumed, 0);
  assert.match(bench.broker.connection.types, /SUBSCRIBE/);
  // From then on it is.
  bench.network.link.cut();
  bench.until(() => session.counters.connects === 3);
  assert.equal(session.counters.resumed, 1);
});

test("with another password the same broker's session goes on", () => {
  const bench = new SessionBench();
  const session = bench.online(status);
  session.move(access({ brokers: [one], user: "u", password: "new" }));
  bench.until(() => session.counters.connects === 2);
  assert.equal(session.counters.resumed, 1);
  assert.equal(bench.broker.connection.connect?.user, "u");
});

test("after a refusal another password is tried at once, not minutes later, and nothing is left of the failures", () => {
  const bench = new SessionBench();
  const store = new MemoryKeyValue();
  const session = bench.session({ ...status, store, user: "u", password: "wrong" });
  bench.broker.returnCode = 4;
  session.start();
  bench.until(() => session.state.kind === "waiting");
  bench.time.advance(20_000);
  bench.broker.returnCode = 0;
  const moved = bench.time.ticks();
  session.move(access({ brokers: [one], user: "u", password: "right" }));
  assert.deepEqual(
    [...store].filter((key) => key === "retry"),
    [],
  );
  bench.until(() => session.counters.connects === 1);
  assert.ok(bench.time.ticks() - moved < 50, `${bench.time.ticks() - moved} ms`);
});

test("a broker that does not answer is left in the middle of an attempt", () => {
  for (const silence of ["names", "connects"] as const) {
    const bench = new SessionBench();
    bench.network[silence] = "silent";
    const session = bench.session(status);
    session.start();
    bench.time.advance(1_000);
    bench.network.names = "answer";
    bench.network.connects = "accept";
    session.move(access());
    bench.time.advance(50);
    assert.equal(session.state.kind, "online", silence);
    assert.equal(hosts(bench).at(-1), other);
    assert.equal(bench.network.open, 1);
  }
});

test("without a network nothing is tried until it is back, also when it goes while the session moves", () => {
  for (const isGoneBefore of [true, false]) {
    const bench = new SessionBench();
    const session = bench.online(status);
    bench.broker.muted.add("PUBLISH");
    if (isGoneBefore) session.suspend();
    session.move(access());
    bench.time.advance(200);
    session.suspend();
    bench.time.advance(60_000);
    assert.deepEqual(hosts(bench), [old]);
    assert.equal(session.state.kind, "suspended");
    bench.broker.muted.clear();
    session.resume();
    bench.until(() => session.state.kind === "online");
    assert.deepEqual(hosts(bench), [old, other]);
  }
});

test("a stop while it moves ends at the old broker, and a start goes to the other", () => {
  const bench = new SessionBench();
  const session = bench.online(status);
  let stops = 0;
  session.move(access());
  session.stop(() => stops++);
  bench.time.advance(2_000);
  assert.equal(stops, 1);
  assert.equal(session.state.kind, "stopped");
  assert.equal(bench.network.open, 0);
  assert.equal(bench.time.pending, 0);
  assert.equal(bench.broker.payloads("status").at(-1), "offline");
  session.start();
  bench.until(() => session.state.kind === "online");
  assert.deepEqual(hosts(bench), [old, other]);
});

test("a move that cannot be made changes nothing", () => {
  const bench = new SessionBench();
  const session = bench.online(status);
  for (const wrong of [
    { brokers: [] },
    { password: "x".repeat(2_000) },
    { keepAlive: 5 },
    { id: "" },
  ]) {
    assert.throws(() => session.move(access(wrong)), { name: "MqttError" });
  }
  bench.time.advance(5_000);
  assert.equal(session.counters.connects, 1);
  bench.network.link.cut();
  bench.until(() => session.counters.connects === 2);
  assert.deepEqual(hosts(bench), [old, old]);
});

test("two moves at once end at the last", () => {
  const bench = new SessionBench();
  const session = bench.online(status);
  session.move(access({ user: "first" }));
  session.move(access({ user: "second" }));
  bench.until(() => session.counters.connects === 2);
  bench.time.advance(1_000);
  assert.deepEqual(hosts(bench), [old, other]);
  assert.equal(bench.broker.connection.connect?.user, "second");
});

test("a topic that one broker refuses is sent to the other at once", () => {
  const bench = new SessionBench();
  bench.broker.onPacket = (packet, { link }) => {
    if (packet.type !== "PUBLISH" || packet.topic !== "forbidden") return false;
    if (link.options.host !== one.host) return false;
    link.shut();
    return true;
  };
  const session = bench.online(status);
  for (let i = 0; i < 60; i++) {
    session.publish("forbidden", String(i), { QoS: 1 });
    bench.time.advance(1_000);
  }
  assert.ok(session.counters.refused > 20, `${session.counters.refused} refused`);
  session.move(access());
  bench.until(() => hosts(bench).at(-1) === other && session.state.kind === "online");
  session.publish("forbidden", "here", { QoS: 1 });
  bench.time.advance(100);
  assert.equal(bench.broker.payloads("forbidden").at(-1), "here");
});

test("a TLS session is not resumed with other certificates", () => {
  const bench = new SessionBench();
  const brokers = [{ ...one, secure: true }];
  const secureOf = () => (bench.network.link.options as unknown as TLSOptions).secure;
  const session = bench.online({ ...status, brokers, secure: {} });
  (bench.network.link.options as unknown as TLSOptions).onSession?.(new ArrayBuffer(4));
  bench.network.link.cut();
  bench.until(() => session.counters.connects === 2);
  assert.ok(secureOf()?.session, "it is offered after a cut");
  const certificateAuthorities = [Uint8Array.of(0x30, 0)];
  session.move(access({ brokers, secure: { certificateAuthorities } }));
  bench.until(() => session.counters.connects === 3);
  assert.deepEqual(secureOf(), { certificateAuthorities });
});

test("a TLS session of the run before is offered first, each new one is kept, and a move forgets it", () => {
  const bench = new SessionBench();
  const brokers = [{ ...one, secure: true }];
  const kept: (string | number)[] = [];
  const tlsSessions = {
    read: (broker: string) => {
      kept.push(`read ${broker}`);
      return kept.includes("clear") ? undefined : new ArrayBuffer(7);
    },
    write: (broker: string, _secure: object, { byteLength }: ArrayBuffer) => {
      kept.push(`write ${broker}`, byteLength);
    },
    clear: () => kept.push("clear"),
  };
  const optionsOf = () => bench.network.link.options as unknown as TLSOptions;
  const session = bench.online({ ...status, brokers, secure: {}, tlsSessions });
  assert.equal(optionsOf().secure.session?.byteLength, 7);
  optionsOf().onSession?.(new ArrayBuffer(4));
  bench.network.link.cut();
  bench.until(() => session.counters.connects === 2);
  assert.equal(optionsOf().secure.session?.byteLength, 4);
  session.move(access({ brokers, secure: {} }));
  bench.until(() => session.counters.connects === 3);
  assert.equal(optionsOf().secure.session, undefined);
  const name = `${one.host}:${one.port}`;
  const calls = [`read ${name}`, `write ${name}`, 4, "clear", `read ${name}`];
  assert.deepEqual(kept, calls);
});

test("filters are on record once the broker is to keep them, and none are kept by a clean session", () => {
  const bench = new SessionBench();
  const store = new MemoryKeyValue();
  const session = bench.online({ ...status, store, clean: true });
  session.subscribe("in/#", { QoS: 1, onMessage: () => {} });
  bench.time.advance(100);
  const before = [...store].length;
  session.move(access({ brokers: [one] }));
  bench.until(() => session.counters.connects === 2);
  bench.time.advance(100);
  assert.equal([...store].length, before + 1);
  session.move(access({ brokers: [one], clean: true }));
  bench.until(() => session.counters.connects === 3);
  assert.equal(bench.broker.connection.connect?.clean, true);
  assert.equal(session.counters.resumed, 0);
});

test("a link that is lost while the session moves is no failure", () => {
  const bench = new SessionBench();
  const session = bench.online(status);
  bench.broker.muted.add("PUBLISH");
  session.move(access());
  bench.time.advance(10);
  bench.network.link.cut();
  bench.time.advance(50);
  assert.deepEqual(hosts(bench), [old, other]);
  assert.equal(session.state.kind, "online");
  assert.equal(session.counters.kicks, 0);
});
