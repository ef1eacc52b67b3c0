// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import {
  type RecoveryPlan,
  RecoveryStrategy,
  type RecoveryTools,
} from "../../../../drivers/ccs811/runner/recovery-strategy.ts";

const all = { isProven: true, hasResetPin: true, canClearBus: true };
const none = { isProven: false, hasResetPin: false, canClearBus: false };
/** Broken transactions in a row that are still noise. */
const noise = 7;

function plansFor(code: string, tools: RecoveryTools, times: number): RecoveryPlan[] {
  const strategy = new RecoveryStrategy();
  return Array.from({ length: times }, () => strategy.next(code, tools));
}

function stepsFor(code: string, tools: RecoveryTools, times: number): string[] {
  return plansFor(code, tools, times).map(({ step }) => step);
}

test("repeats what the bus has broken, then clears the bus, then pulls the reset pin, in turns", () => {
  const steps = stepsFor("ccs811/no-answer", all, noise + 8);
  assert.deepEqual(steps.slice(0, noise), Array(noise).fill("retry"));
  assert.deepEqual(steps.slice(noise), [
    "bus-clear",
    "look",
    "pin-reset",
    "look",
    "bus-clear",
    "look",
    "pin-reset",
    "look",
  ]);
});

test("never resets a sensor by software because the bus fails", () => {
  for (const tools of [all, { ...all, hasResetPin: false, canClearBus: false }]) {
    assert.ok(!stepsFor("ccs811/no-answer", tools, 60).includes("software-reset"));
  }
});

test("leaves out what is not there", () => {
  assert.deepEqual(stepsFor("ccs811/no-answer", none, 10).slice(noise), ["look", "look", "look"]);
  const pinOnly = { ...none, hasResetPin: true };
  assert.deepEqual(stepsFor("ccs811/noise", pinOnly, 10).slice(noise), [
    "pin-reset",
    "look",
    "pin-reset",
  ]);
});

test("resets a chip whose answers stay broken, by software and by pin, and clears the bus", () => {
  assert.deepEqual(stepsFor("ccs811/noise", all, noise + 6).slice(noise), [
    "software-reset",
    "look",
    "pin-reset",
    "look",
    "bus-clear",
    "look",
  ]);
});

test("never writes to a chip that is not known to be a CCS811", () => {
  for (const code of ["ccs811/noise", "ccs811/stalled", "ccs811/no-answer"]) {
    const steps = stepsFor(code, { ...all, isProven: false }, 30);
    assert.equal(steps.includes("software-reset"), false);
  }
});

test("one good answer ends what the bus did, and only a sample what the chip did", () => {
  const strategy = new RecoveryStrategy();
  for (let i = 0; i < noise; i++) strategy.next("ccs811/no-answer", all);
  strategy.noteAnswer();
  assert.equal(strategy.next("ccs811/no-answer", all).step, "retry");
  assert.equal(strategy.next("ccs811/stalled", all).step, "software-reset");
  strategy.noteAnswer();
  assert.equal(strategy.next("ccs811/stalled", all).step, "pin-reset");
  strategy.noteSuccess();
  assert.equal(strategy.next("ccs811/stalled", all).step, "software-reset");
});

test("resets a sensor that has stalled at once, and looks in between when nothing helps", () => {
  assert.deepEqual(stepsFor("ccs811/stalled", all, 5), [
    "software-reset",
    "pin-reset",
    "look",
    "software-reset",
    "pin-reset",
  ]);
  assert.deepEqual(stepsFor("ccs811/start-failed", all, 1), ["software-reset"]);
});

test("asks again before it believes in a fall back to the boot loader, and only starts the sensor then", () => {
  const plans = plansFor("ccs811/dropout", all, 10);
  const steps = plans.map(({ step }) => step);
  assert.deepEqual(steps.slice(0, 3), ["retry", "retry", "look"]);
  assert.ok(steps.slice(2).every((step) => step === "look"));
  assert.ok(plans.every(({ isOutage }) => !isOutage));
});

test("asks again before it believes that a mode is refused, or that another chip answers", () => {
  for (const [code, then] of [
    ["ccs811/mode-refused", "software-reset"],
    ["ccs811/wrong-id", "look"],
    ["ccs811/no-application", "look"],
  ] as const) {
    const plans = plansFor(code, all, 8);
    const [first, second, third, fourth] = plans;
    assert.deepEqual([first?.step, second?.step, third?.step], ["retry", "retry", "retry"]);
    assert.equal(third?.isOutage, false);
    assert.deepEqual([fourth?.step, fourth?.isOutage], [then, true]);
    if (then === "look")
      assert.ok(
        plans.slice(3).every(({ step }) => step === "look"),
        code,
      );
  }
});

test("tells nobody of seven broken transactions in a row, and of the eighth", () => {
  const told = plansFor("ccs811/no-answer", all, noise + 1).map(({ isOutage }) => isOutage);
  assert.deepEqual(told, [...Array(noise).fill(false), true]);
});

test("a sensor counts as gone when all there is has been tried in vain", () => {
  for (const [tools, tried] of [
    [none, 1],
    [{ ...none, hasResetPin: true }, 3],
    [all, 5],
  ] as const) {
    const gone = plansFor("ccs811/no-answer", tools, 20).findIndex((plan) => plan.isExhausted);
    assert.equal(gone, noise + tried);
  }
});

test("waits longer and longer, up to a minute", () => {
  const waits = plansFor("ccs811/no-answer", none, 40).map(({ wait }) => wait);
  assert.deepEqual(waits.slice(0, 10), [20, 40, 80, 160, 320, 640, 1_280, 1_000, 2_000, 4_000]);
  assert.equal(Math.max(...waits), 60_000);
  for (const code of ["ccs811/dropout", "ccs811/wrong-id", "ccs811/stalled", "ccs811/no-pin"]) {
    const long = plansFor(code, all, 60).map(({ wait }) => wait);
    assert.ok(Math.max(...long) <= 60_000 && Math.min(...long) >= 20, code);
  }
});
