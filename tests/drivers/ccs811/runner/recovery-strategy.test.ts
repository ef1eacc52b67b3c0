// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import {
  RecoveryStrategy,
  type RecoveryTools,
} from "../../../../drivers/ccs811/runner/recovery-strategy.ts";

const all = { isProven: true, hasResetPin: true, canClearBus: true };
const none = { isProven: false, hasResetPin: false, canClearBus: false };

function stepsFor(code: string, tools: RecoveryTools, times: number): string[] {
  const strategy = new RecoveryStrategy();
  return Array.from({ length: times }, () => strategy.next(code, tools));
}

test("climbs from a retry to clearing the bus, then probes and tries all over again", () => {
  assert.deepEqual(stepsFor("ccs811/no-answer", all, 10), [
    "retry",
    "re-read",
    "software-reset",
    "pin-reset",
    "bus-clear",
    "probe",
    "software-reset",
    "pin-reset",
    "bus-clear",
    "probe",
  ]);
});

test("leaves out what is not there", () => {
  assert.deepEqual(stepsFor("ccs811/no-answer", none, 5), [
    "retry",
    "re-read",
    "probe",
    "probe",
    "probe",
  ]);
  const pinOnly = { ...none, hasResetPin: true };
  assert.deepEqual(stepsFor("ccs811/noise", pinOnly, 5), [
    "retry",
    "re-read",
    "pin-reset",
    "probe",
    "pin-reset",
  ]);
});

test("never writes to a chip that is not known to be a CCS811", () => {
  const steps = stepsFor("ccs811/no-answer", { ...all, isProven: false }, 30);
  assert.equal(steps.includes("software-reset"), false);
});

test("resets a sensor that has stalled at once", () => {
  assert.deepEqual(stepsFor("ccs811/stalled", all, 2), ["software-reset", "pin-reset"]);
  assert.deepEqual(stepsFor("ccs811/start-failed", all, 1), ["software-reset"]);
  assert.deepEqual(stepsFor("ccs811/dropout", all, 2), ["re-read", "software-reset"]);
});

test("only looks again when another chip answers or the firmware is missing", () => {
  for (const code of ["ccs811/wrong-id", "ccs811/no-application"]) {
    assert.deepEqual(stepsFor(code, all, 6).slice(2), ["probe", "probe", "probe", "probe"]);
  }
});

test("begins below again once the sensor works", () => {
  const strategy = new RecoveryStrategy();
  for (let i = 0; i < 5; i++) strategy.next("ccs811/no-answer", all);
  strategy.reset();
  assert.equal(strategy.next("ccs811/no-answer", all), "retry");
});

test("tells nobody of two faults in a row, and of the third", () => {
  const strategy = new RecoveryStrategy();
  const told = Array.from({ length: 4 }, () => {
    strategy.next("ccs811/no-answer", all);
    return strategy.isWorthReporting;
  });
  assert.deepEqual(told, [false, false, true, true]);
});

test("waits longer and longer, up to a minute", () => {
  const strategy = new RecoveryStrategy();
  const waits = Array.from({ length: 40 }, () => {
    const step = strategy.next("ccs811/no-answer", none);
    return strategy.wait(step, none);
  });
  assert.deepEqual(waits.slice(0, 6), [10, 50, 1_000, 2_000, 4_000, 8_000]);
  assert.equal(Math.max(...waits), 60_000);
  assert.ok(waits.every((wait, i) => i === 0 || wait >= (waits[i - 1] ?? 0)));
});
