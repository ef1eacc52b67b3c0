// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { App } from "../../../modules/app/network-order.ts";

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
  const app = new App();
  if (options.time) app.useTime(time);
  app.useSession(session, options.needsTime ?? false);
  return { app, calls };
}

test("MQTT starts when Wi-Fi is there, rests without it and resumes with it", () => {
  const { app, calls } = build();
  app.offline();
  app.online();
  app.offline();
  app.online();
  assert.deepEqual(calls, ["start", "suspend", "resume"]);
});

test("a changed address makes the connection anew", () => {
  const { app, calls } = build();
  app.online();
  app.online();
  assert.deepEqual(calls, ["start", "suspend", "resume"]);
});

test("a session that comes after Wi-Fi starts at once", () => {
  const calls: string[] = [];
  const app = new App();
  app.online();
  const call = (name: string) => () => void calls.push(name);
  app.useSession(
    { start: call("start"), stop: call("stop"), suspend: call("suspend"), resume: call("resume") },
    false,
  );
  assert.deepEqual(calls, ["start"]);
});

test("without certificates MQTT does not wait for the time", () => {
  const { app, calls } = build({ time: true });
  app.online();
  app.timeKnown();
  assert.deepEqual(calls, ["ask time", "start"]);
});

test("with certificates MQTT waits for the time", () => {
  const { app, calls } = build({ time: true, needsTime: true });
  app.online();
  assert.deepEqual(calls, ["ask time"]);
  app.timeKnown();
  assert.deepEqual(calls, ["ask time", "start"]);
});

test("closing says goodbye only when there was a hello", () => {
  for (const online of [true, false]) {
    const { app, calls } = build();
    if (online) app.online();
    let closed = 0;
    app.close(() => closed++);
    assert.equal(closed, 1);
    assert.deepEqual(calls, online ? ["start", "stop"] : []);
  }
});
