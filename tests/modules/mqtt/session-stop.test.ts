// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { MqttSession, MqttSessionOptions } from "../../../modules/mqtt/session.ts";
import { SessionBench } from "../../support/session-bench.ts";

const status: Partial<MqttSessionOptions> = {
  will: { topic: "status", message: "offline", QoS: 1, retain: true },
  birth: { topic: "status", payload: "online" },
  goodbye: { topic: "status", payload: "offline" },
};

function retained(bench: SessionBench): string {
  return new TextDecoder().decode(bench.broker.retained.get("status")?.payload);
}

/** Stops, waits for the callback, and checks that nothing was left open or set. */
function stopped(bench: SessionBench, session: MqttSession): number {
  const start = bench.time.ticks();
  let calls = 0;
  session.stop(() => calls++);
  assert.equal(calls, 0, "not from inside stop");
  bench.until(() => calls > 0);
  const lasted = bench.time.ticks() - start;
  bench.time.advance(100_000);
  assert.equal(calls, 1);
  assert.equal(session.state.kind, "stopped");
  assert.equal(bench.network.open, 0);
  assert.equal(bench.time.pending, 0);
  return lasted;
}

test("birth is the first message of each connection, retained", () => {
  const bench = new SessionBench();
  const session = bench.session(status);
  session.publish("t", "x", { QoS: 1 });
  session.start();
  bench.time.advance(50);
  assert.equal(bench.broker.arrived[0]?.topic, "status");
  assert.equal(retained(bench), "online");
  bench.network.link.cut();
  bench.time.advance(10);
  assert.equal(retained(bench), "offline", "the will");
  bench.until(() => session.counters.connects === 2);
  bench.time.advance(50);
  assert.equal(retained(bench), "online");
});

test("stop says goodbye, then DISCONNECT, and the status stays offline", () => {
  const bench = new SessionBench();
  const session = bench.online(status);
  const lasted = stopped(bench, session);
  assert.ok(lasted < 100, `${lasted} ms`);
  assert.match(
    bench.broker.connection.types,
    /PUBLISH( PUBACK)? DISCONNECT$|PUBLISH PUBACK DISCONNECT$/,
  );
  assert.equal(bench.broker.connection.ended, true);
  assert.equal(retained(bench), "offline");
  assert.equal(bench.broker.payloads("status").length, 2, "no will");
  assert.equal(session.counters.rebirths, 0);
});

test("a broker that does not confirm the goodbye holds a stop up for 1.5 s", () => {
  const bench = new SessionBench();
  const session = bench.online(status);
  bench.broker.muted.add("PUBLISH");
  const lasted = stopped(bench, session);
  assert.ok(lasted >= 1_400 && lasted <= 1_600, `${lasted} ms`);
  assert.match(bench.broker.connection.types, /DISCONNECT$/);
});

test("a dead link holds a stop up for 1.5 s", () => {
  const bench = new SessionBench();
  const session = bench.online(status);
  bench.network.link.silent = true;
  assert.ok(stopped(bench, session) <= 1_600);
});

test("stop from every state ends in stopped", () => {
  const states: [string, (bench: SessionBench) => void, number][] = [
    ["idle", () => {}, 0],
    ["resolving", (bench) => (bench.network.names = "silent"), 5],
    ["connecting", (bench) => (bench.network.connects = "silent"), 5],
    ["handshaking", (bench) => bench.broker.muted.add("CONNECT"), 50],
    ["online", () => {}, 50],
    ["waiting", (bench) => (bench.network.connects = "refuse"), 5],
  ];
  for (const [kind, arrange, time] of states) {
    const bench = new SessionBench();
    arrange(bench);
    const session = bench.session({ ...status, random: () => 0.9 });
    session.start();
    bench.time.advance(0);
    if (time > 0) bench.until(() => session.state.kind === kind);
    else assert.equal(bench.network.links.length, 0);
    stopped(bench, session);
    session.start();
    bench.network.names = "answer";
    bench.network.connects = "accept";
    bench.broker.muted.clear();
    bench.until(() => session.state.kind === "online");
    stopped(bench, session);
  }
});

test("stop before and right after start, suspended, and twice", () => {
  const bench = new SessionBench();
  const session = bench.session(status);
  stopped(bench, session);
  session.start();
  stopped(bench, session);
  assert.equal(bench.network.links.length, 0, "it had not begun");
  session.start();
  session.suspend();
  assert.equal(session.state.kind, "suspended");
  stopped(bench, session);
  session.start();
  bench.until(() => session.state.kind === "online");
  let calls = 0;
  session.stop(() => calls++);
  session.stop(() => calls++);
  bench.time.advance(5_000);
  assert.equal(calls, 2);
});

test("start, suspend or resume while it stops change nothing", () => {
  const bench = new SessionBench();
  const session = bench.online(status);
  bench.broker.muted.add("PUBLISH");
  let calls = 0;
  session.stop(() => calls++);
  session.start();
  session.suspend();
  session.resume();
  bench.time.advance(5_000);
  assert.equal(calls, 1);
  assert.equal(session.state.kind, "stopped");
  assert.equal(bench.broker.connections.length, 1);
});

test("a session can be started again from the callback of stop", () => {
  const bench = new SessionBench();
  const session = bench.online(status);
  session.stop(() => session.start());
  bench.until(() => session.counters.connects === 2);
  bench.time.advance(50);
  assert.equal(retained(bench), "online");
  stopped(bench, session);
});

test("without a goodbye DISCONNECT alone goes out, behind a message that has begun", () => {
  const bench = new SessionBench();
  bench.network.window = 64;
  const session = bench.online({ limits: { sendBuffer: 128 }, will: { topic: "w", message: "x" } });
  session.publish("t", "x".repeat(1_000), { QoS: 1 });
  session.publish("t", "never sent", { QoS: 1 });
  stopped(bench, session);
  assert.equal(bench.broker.connection.types, "CONNECT PUBLISH DISCONNECT");
  assert.equal(bench.broker.payloads("t")[0]?.length, 1_000);
  assert.deepEqual(bench.broker.payloads("w"), []);
});

test("messages that wait end as stopped, room is free, and they do not go out later", () => {
  const bench = new SessionBench();
  const done: string[] = [];
  const session = bench.online({ limits: { window: 1, outboxCount: 4 } });
  bench.broker.muted.add("PUBLISH");
  for (const text of ["1", "2", "3", "4"]) {
    session.publish("t", text, { QoS: 1, onDone: (how) => done.push(`${text} ${how}`) });
  }
  bench.time.advance(10);
  assert.equal(session.outgoing, 4);
  stopped(bench, session);
  assert.deepEqual(done, ["1 stopped", "2 stopped", "3 stopped", "4 stopped"]);
  assert.equal(session.outgoing, 0);
  bench.broker.muted.clear();
  session.start();
  bench.until(() => session.state.kind === "online");
  session.publish("t", "5", { QoS: 1 });
  bench.time.advance(50);
  assert.deepEqual(bench.broker.payloads("t"), ["5"]);
  assert.equal(session.outgoing, 0);
});

test("after the goodbye nothing else is sent", () => {
  const bench = new SessionBench();
  const session = bench.online({ ...status, limits: { window: 1 } });
  bench.broker.onPacket = (packet) => packet.type === "PUBLISH" && packet.topic === "t";
  session.publish("t", "1", { QoS: 1 });
  session.publish("status", "online", { QoS: 1, retain: true });
  session.stop();
  session.publish("status", "online", { QoS: 1, retain: true });
  bench.time.advance(5_000);
  assert.equal(retained(bench), "offline");
});

test("the will of the old connection after the birth of the new one is corrected", () => {
  const bench = new SessionBench();
  const session = bench.online(status);
  bench.broker.publish("status", { payload: "offline", QoS: 1, retain: true });
  bench.time.advance(50);
  assert.equal(retained(bench), "online");
  assert.equal(session.counters.rebirths, 1);
  assert.match(bench.book.text, /status did not say what we are/);
});

test("a second will that comes at once is corrected too, a little later", () => {
  const bench = new SessionBench();
  const session = bench.online(status);
  const say = () => bench.broker.publish("status", { payload: "offline", QoS: 1, retain: true });
  say();
  bench.time.advance(50);
  say();
  bench.time.advance(50);
  assert.equal(retained(bench), "offline");
  bench.time.advance(2_000);
  assert.equal(retained(bench), "online");
  assert.equal(session.counters.rebirths, 2);
  say();
  bench.time.advance(50);
  session.suspend();
  bench.time.advance(60_000);
  assert.equal(session.counters.rebirths, 2, "not without a connection");
});

test("what somebody else has corrected meanwhile is not repeated", () => {
  const bench = new SessionBench();
  const session = bench.online(status);
  for (const payload of ["offline", "offline", "online"]) {
    bench.broker.publish("status", { payload, QoS: 1, retain: true });
    bench.time.advance(50);
  }
  bench.time.advance(60_000);
  assert.equal(session.counters.rebirths, 1);
});

test("two boards with one topic do not fight for ever", () => {
  const bench = new SessionBench();
  const session = bench.online(status);
  for (let i = 0; i < 100; i++) {
    bench.broker.publish("status", { payload: "offline", QoS: 1, retain: true });
    bench.time.advance(500);
  }
  assert.ok(session.counters.rebirths <= 5);
});

test("guardBirth false subscribes to nothing", () => {
  const bench = new SessionBench();
  bench.online({ ...status, guardBirth: false });
  bench.time.advance(50);
  assert.equal(bench.broker.connection.types, "CONNECT PUBLISH");
});

test("suspend drops the connection so that the will speaks, resume comes back within a second", () => {
  const bench = new SessionBench();
  const session = bench.online(status);
  session.suspend();
  assert.equal(session.state.kind, "suspended");
  bench.time.advance(600_000);
  assert.equal(bench.broker.connections.length, 1);
  assert.equal(retained(bench), "offline");
  assert.equal(bench.network.open, 0);
  session.resume();
  bench.time.advance(1_050);
  assert.equal(session.state.kind, "online");
  assert.equal(retained(bench), "online");
});

test("suspend from every state, then resume", () => {
  for (const [kind, arrange] of [
    ["resolving", (bench: SessionBench) => (bench.network.names = "silent")],
    ["connecting", (bench: SessionBench) => (bench.network.connects = "silent")],
    ["handshaking", (bench: SessionBench) => bench.broker.muted.add("CONNECT")],
    ["waiting", (bench: SessionBench) => (bench.network.connects = "refuse")],
  ] as const) {
    const bench = new SessionBench();
    arrange(bench);
    const session = bench.session({ random: () => 0.9 });
    session.start();
    bench.until(() => session.state.kind === kind);
    session.suspend();
    bench.time.advance(100_000);
    assert.equal(session.state.kind, "suspended");
    assert.equal(bench.network.open, 0);
    bench.network.names = "answer";
    bench.network.connects = "accept";
    bench.broker.muted.clear();
    session.resume();
    session.resume();
    bench.time.advance(1_050);
    assert.equal(session.state.kind, "online");
    stopped(bench, session);
  }
});

test("suspend before start and resume without suspend do nothing", () => {
  const bench = new SessionBench();
  const session = bench.session();
  session.suspend();
  session.resume();
  assert.equal(session.state.kind, "idle");
  bench.time.advance(5_000);
  assert.equal(bench.network.links.length, 0);
  session.start();
  bench.until(() => session.state.kind === "online");
  session.resume();
  bench.time.advance(5_000);
  assert.equal(bench.broker.connections.length, 1);
});

test("start right after suspend before the first attempt does not start twice", () => {
  const bench = new SessionBench();
  const session = bench.session();
  session.start();
  session.suspend();
  session.start();
  bench.time.advance(5_000);
  assert.equal(session.state.kind, "suspended");
  session.resume();
  bench.until(() => session.state.kind === "online");
  stopped(bench, session);
});

test("resume during a pause ends the pause", () => {
  const bench = new SessionBench();
  const session = bench.online({ random: () => 0.99 });
  bench.network.link.cut();
  bench.until(() => session.state.kind === "waiting");
  session.resume();
  bench.time.advance(1_050);
  assert.equal(session.state.kind, "online");
});

type Act = (session: MqttSession) => void;

/** Registers something that acts on the session from inside one of its callbacks. */
const places: [string, (bench: SessionBench, act: Act) => MqttSession][] = [
  [
    "onState",
    (bench, act) => {
      let acted = false;
      const session: MqttSession = bench.session({
        ...status,
        onState: ({ kind }) => {
          if (kind !== "online" || acted) return;
          acted = true;
          act(session);
        },
      });
      session.start();
      return session;
    },
  ],
  [
    "onMessage",
    (bench, act) => {
      const session = bench.online(status);
      session.subscribe("t", { QoS: 2, onMessage: () => act(session) });
      bench.time.advance(10);
      for (const QoS of [0, 1, 2]) bench.broker.publish("t", { payload: "x", QoS });
      return session;
    },
  ],
  [
    "onFragment",
    (bench, act) => {
      const session = bench.online({ ...status, limits: { message: 64 } });
      session.subscribe("t", { QoS: 1, onMessage() {}, onFragment: () => act(session) });
      bench.time.advance(10);
      bench.broker.publish("t", { payload: "x".repeat(1_500), QoS: 1 });
      return session;
    },
  ],
  [
    "onGranted",
    (bench, act) => {
      const session = bench.online(status);
      session.subscribe("t", { onMessage() {}, onGranted: () => act(session) });
      return session;
    },
  ],
  [
    "onDone",
    (bench, act) => {
      const session = bench.online(status);
      session.publish("t", "x", { QoS: 2, onDone: () => act(session) });
      return session;
    },
  ],
  [
    "onDropped",
    (bench, act) => {
      let acted = false;
      const session: MqttSession = bench.online({
        ...status,
        limits: { outboxCount: 1 },
        onDropped: () => {
          if (acted) return;
          acted = true;
          act(session);
        },
      });
      bench.broker.muted.add("PUBLISH");
      session.publish("t", "1", { QoS: 1 });
      session.publish("t", "2", { QoS: 1 });
      return session;
    },
  ],
];

for (const [place, arrange] of places) {
  test(`stop and suspend are allowed from inside ${place}`, () => {
    for (const act of ["stop", "suspend"] as const) {
      const bench = new SessionBench();
      const session = arrange(bench, (it) => it[act]());
      bench.time.advance(5_000);
      assert.equal(session.state.kind, act === "stop" ? "stopped" : "suspended");
      assert.equal(session.counters.faults, 0);
      assert.equal(bench.network.open, 0);
      session.start();
      session.resume();
      bench.until(() => session.state.kind === "online");
      assert.equal(session.counters.faults, 0);
    }
  });
}
