// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { NetworkOrder } from "../../../modules/app/network-order.ts";
import type { SessionState } from "../../../modules/mqtt/session.ts";

function build(options: { readonly time?: boolean; readonly needsTime?: boolean } = {}) {
  const calls: string[] = [];
  const session = {
    start: () => calls.push("start"),
    stop: (onStopped: () => void) => {
      calls.push("stop");
      onStopped();
    },
    suspend: () => calls.push("suspend"),
    resume: () => calls.push("resume"),
  };
  const time = {
    start: () => calls.push("ask time"),
    stop: () => calls.push("no time"),
    check: () => calls.push("check time"),
  };
  const order = new NetworkOrder();
  const signs: string[] = [];
  order.useWiFi({
    answered: () => signs.push("answered"),
    unanswered: () => signs.push("unanswered"),
  });
  if (options.time) order.useTime(time);
  order.useSession(session, options.needsTime ?? false);
  return { order, calls, signs };
}

const broker = "mqtt://one.test:1883";

function waiting(since: number, reason: string): SessionState {
  return { kind: "waiting", since, until: since + 1_000, reason, text: reason, attempt: 1 };
}

test("MQTT starts when Wi-Fi is there, rests without it and resumes with it", () => {
  const { order, calls } = build();
  order.offline();
  order.online();
  order.offline();
  order.online();
  assert.deepEqual(calls, ["start", "suspend", "resume"]);
});

test("a changed address makes the connection anew", () => {
  const { order, calls } = build();
  order.online();
  order.online();
  assert.deepEqual(calls, ["start", "suspend", "resume"]);
});

test("a session that comes after Wi-Fi starts at once", () => {
  const calls: string[] = [];
  const order = new NetworkOrder();
  order.online();
  const call = (name: string) => () => void calls.push(name);
  order.useSession(
    { start: call("start"), stop: call("stop"), suspend: call("suspend"), resume: call("resume") },
    false,
  );
  assert.deepEqual(calls, ["start"]);
});

test("without certificates MQTT does not wait for the time", () => {
  const { order, calls } = build({ time: true });
  order.online();
  order.timeKnown();
  assert.deepEqual(calls, ["ask time", "start"]);
});

test("with certificates MQTT waits for the time", () => {
  const { order, calls } = build({ time: true, needsTime: true });
  order.online();
  assert.deepEqual(calls, ["ask time"]);
  order.timeKnown();
  assert.deepEqual(calls, ["ask time", "start"]);
});

test("closing says goodbye only when there was a hello", () => {
  for (const online of [true, false]) {
    const { order, calls } = build();
    if (online) order.online();
    let closed = 0;
    order.close(() => closed++);
    assert.equal(closed, 1);
    assert.deepEqual(calls, online ? ["start", "stop"] : []);
  }
});

test("a clock that was turned lets a session that needs the time try again at once", () => {
  const { order, calls } = build({ time: true, needsTime: true });
  order.online();
  order.timeKnown();
  order.timeKnown();
  assert.deepEqual(calls, ["ask time", "start", "resume"]);
});

test("a certificate that is refused lets the time be checked", () => {
  const { order, calls } = build({ time: true });
  order.sessionChanged({ kind: "connecting", since: 0, broker });
  order.sessionChanged(waiting(300, "mqtt/tls-failed"));
  assert.deepEqual(calls, ["check time"]);
});

test("what the session is answered shows Wi-Fi that the network carries something", () => {
  const connecting: SessionState = { kind: "connecting", since: 100, broker };
  const resolving: SessionState = { kind: "resolving", since: 100, broker };
  const answers: [string, readonly SessionState[], readonly string[]][] = [
    ["a name", [resolving, connecting], ["answered"]],
    ["an address needs no name server", [connecting], []],
    ["TCP", [connecting, { kind: "handshaking", since: 200, broker }], ["answered"]],
    ["CONNACK", [{ kind: "online", since: 200, broker, resumed: false }], ["answered"]],
    ["refused", [connecting, waiting(150, "mqtt/tcp-failed")], ["answered"]],
    ["no such name", [resolving, waiting(150, "mqtt/dns-failed")], ["answered"]],
    ["no name server", [resolving, waiting(8_100, "mqtt/dns-failed")], ["unanswered"]],
    ["no route", [connecting, waiting(3_200, "mqtt/tcp-failed")], ["unanswered"]],
    ["no name in time", [resolving, waiting(10_100, "mqtt/dns-deadline")], ["unanswered"]],
    ["no TCP", [connecting, waiting(10_100, "mqtt/tcp-deadline")], ["unanswered"]],
    ["no TLS", [connecting, waiting(30_100, "mqtt/tls-deadline")], ["unanswered"]],
    ["a certificate", [connecting, waiting(300, "mqtt/tls-failed")], ["answered"]],
    ["no more TLS", [connecting, waiting(300, "mqtt/tls-closed")], ["answered"]],
    ["no WebSocket", [connecting, waiting(300, "mqtt/ws-failed")], ["answered"]],
    ["lost", [waiting(150, "mqtt/lost")], []],
    ["dead", [waiting(150, "mqtt/dead-link")], []],
  ];
  for (const [what, states, expected] of answers) {
    const { order, signs } = build();
    order.online();
    for (const state of states) order.sessionChanged(state);
    assert.deepEqual(signs, expected, what);
  }
});

test("a session without an answer lets the time be checked: the broker alone may be away", () => {
  const { order, calls, signs } = build({ time: true });
  order.online();
  order.sessionChanged({ kind: "connecting", since: 0, broker });
  order.sessionChanged(waiting(10_000, "mqtt/tcp-deadline"));
  order.answered();
  assert.deepEqual(calls, ["ask time", "start", "check time"]);
  assert.deepEqual(signs, ["unanswered", "answered"]);
});

test("time servers that are out of reach say nothing while the broker answers, or nobody needs it", () => {
  const { order, signs } = build({ time: true });
  order.online();
  order.unanswered();
  assert.deepEqual(signs, ["unanswered"]);
  order.sessionChanged({ kind: "online", since: 0, broker, resumed: false });
  order.unanswered();
  assert.deepEqual(signs, ["unanswered", "answered"]);
  order.offline();
  order.online();
  order.unanswered();
  assert.deepEqual(signs, ["unanswered", "answered", "unanswered"]);
  const lonely = new NetworkOrder();
  const none: string[] = [];
  lonely.useWiFi({ answered: () => none.push("a"), unanswered: () => none.push("u") });
  lonely.online();
  lonely.unanswered();
  assert.deepEqual(none, []);
});

test("a session that moves to a broker with certificates rests until the time is known", () => {
  const { order, calls } = build({ time: true });
  order.online();
  calls.length = 0;
  order.sessionMoved(true);
  assert.deepEqual(calls, ["suspend"]);
  order.timeKnown();
  assert.deepEqual(calls, ["suspend", "resume"]);
  order.sessionMoved(true);
  assert.deepEqual(calls, ["suspend", "resume"]);
});

test("a session that moves to a broker without certificates does not wait for the time any more", () => {
  const { order, calls } = build({ time: true, needsTime: true });
  order.online();
  assert.deepEqual(calls, ["ask time"]);
  order.sessionMoved(false);
  assert.deepEqual(calls, ["ask time", "start"]);
  order.sessionMoved(true);
  order.sessionChanged({ kind: "suspended", since: 0 });
  order.sessionMoved(false);
  assert.deepEqual(calls, ["ask time", "start", "suspend", "resume"]);
});

test("a session that moves without a network waits for it", () => {
  const { order, calls } = build();
  order.sessionMoved(false);
  assert.deepEqual(calls, []);
  order.online();
  assert.deepEqual(calls, ["start"]);
});
