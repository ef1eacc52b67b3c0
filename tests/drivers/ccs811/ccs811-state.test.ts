// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import {
  absent,
  type CCS811Event,
  type CCS811State,
  minutesLeft,
  nextState,
} from "../../../drivers/ccs811/ccs811-state.ts";
import { SensorError } from "../../../drivers/sensor-error.ts";

const minute = 60_000;
const readyAt = 20 * minute;
const error = new SensorError({ code: "ccs811/no-answer", what: "gone" });
const other = new SensorError({ code: "ccs811/noise", what: "noisy" });

function after(events: readonly CCS811Event[], from: CCS811State = absent): CCS811State {
  return events.reduce(nextState, from);
}

const measuring: readonly CCS811Event[] = [
  { kind: "answered" },
  { kind: "started" },
  { kind: "measuring", readyAt },
];

test("goes from absent to ready by way of booting, starting, warming and run-in", () => {
  const events: CCS811Event[] = [
    ...measuring,
    { kind: "valued", ticks: 5_000 },
    { kind: "valued", ticks: readyAt },
  ];
  const kinds: string[] = [];
  events.reduce((state, event) => {
    const next = nextState(state, event);
    kinds.push(next.kind);
    return next;
  }, absent);
  assert.deepEqual(kinds, ["booting", "starting", "warming", "run-in", "ready"]);
});

test("an event that changes nothing gives the same object", () => {
  const state = after([...measuring, { kind: "valued", ticks: 5_000 }]);
  assert.equal(nextState(state, { kind: "valued", ticks: 6_000 }), state);
  assert.equal(nextState(state, { kind: "measuring", readyAt }), state);
  assert.equal(nextState(state, { kind: "recovered" }), state);
  const failed = nextState(state, { kind: "failed", error });
  assert.equal(nextState(failed, { kind: "failed", error }), failed);
  assert.equal(nextState(absent, { kind: "lost" }), absent);
  const idle = nextState(state, { kind: "idled", nextMode: 2, until: 7 });
  assert.equal(nextState(idle, { kind: "idled", nextMode: 2, until: 7 }), idle);
});

test("another fault is a change, and what was before is kept", () => {
  const before = after([...measuring, { kind: "valued", ticks: 5_000 }]);
  const state = after(
    [
      { kind: "failed", error },
      { kind: "failed", error: other },
    ],
    before,
  );
  assert.deepEqual(state, { kind: "fault", error: other, before });
});

test("a fault stays through the steps of a recovery and ends when the chip measures", () => {
  const state = after([...measuring, { kind: "failed", error }]);
  assert.equal(nextState(state, { kind: "answered" }), state);
  assert.equal(nextState(state, { kind: "started" }), state);
  const again = nextState(state, { kind: "measuring", readyAt: readyAt + 1 });
  assert.deepEqual(again, { kind: "warming", readyAt: readyAt + 1 });
});

test("a run that was not broken goes on after a fault where it was", () => {
  const ready = after([...measuring, { kind: "valued", ticks: readyAt }]);
  const failed = nextState(ready, { kind: "failed", error });
  assert.equal(nextState(failed, { kind: "measuring", readyAt }), ready);
  assert.equal(nextState(failed, { kind: "recovered" }), ready);
});

test("a sensor that was ready and was reset has to run in again", () => {
  const ready = after([...measuring, { kind: "valued", ticks: readyAt }]);
  const again = after([{ kind: "answered" }, { kind: "measuring", readyAt: 2 * readyAt }], ready);
  assert.equal(again.kind, "warming");
});

test("a fault before anything was running leaves nothing to go back to", () => {
  const state = after([{ kind: "answered" }, { kind: "failed", error }]);
  assert.deepEqual(state, { kind: "fault", error, before: undefined });
  assert.equal(nextState(state, { kind: "recovered" }), state);
});

test("a lost sensor is absent from every state", () => {
  for (const events of [measuring, [...measuring, { kind: "failed", error } as const]]) {
    assert.equal(after([...events, { kind: "lost" }]), absent);
  }
});

test("tells the minutes left of run-in and of a rest, rounded up", () => {
  const warming = after(measuring);
  assert.equal(minutesLeft(warming, 0), 20);
  assert.equal(minutesLeft(warming, 1), 20);
  assert.equal(minutesLeft(warming, minute), 19);
  assert.equal(minutesLeft(warming, 2 * readyAt), 0);
  const idle = nextState(warming, { kind: "idled", nextMode: 2, until: 10 * minute });
  assert.equal(minutesLeft(idle, 9.5 * minute), 1);
  assert.equal(minutesLeft(nextState(warming, { kind: "idled" }), 0), undefined);
  assert.equal(minutesLeft(absent, 0), undefined);
  assert.equal(minutesLeft(nextState(warming, { kind: "failed", error }), 0), 20);
});
