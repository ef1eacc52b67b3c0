// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { NetworkOrder } from "../../../modules/app/network-order.ts";

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
  const time = { start: () => calls.push("ask time"), stop: () => calls.push("no time") };
  const order = new NetworkOrder();
  if (options.time) order.useTime(time);
  order.useSession(session, options.needsTime ?? false);
  return { order, calls };
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
