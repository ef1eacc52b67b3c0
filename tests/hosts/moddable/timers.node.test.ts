// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type * as FaultsModule from "../../../hosts/moddable/faults.ts";
import type * as TimersModule from "../../../hosts/moddable/timers.ts";
import { TurnMeter } from "../../../modules/base/turn-meter.ts";
import { FakeSDKTimer } from "../../support/fake-sdk.ts";
import { importWithSDK } from "../../support/sdk-import.ts";

const timer = new FakeSDKTimer();
const { SDKTimers } = await importWithSDK<typeof TimersModule>("hosts/moddable/timers.ts", {
  timer,
});
const { Faults } = await importWithSDK<typeof FaultsModule>("hosts/moddable/faults.ts", {});

test("an exception in a callback is told, and a repeating timer goes on", () => {
  const faults = new Faults();
  const told: string[] = [];
  faults.onFault = (where) => told.push(where);
  const timers = new SDKTimers(faults);
  let calls = 0;
  const repeating = timers.repeat(() => {
    calls++;
    throw new Error("broken");
  }, 10);
  timer.run();
  timer.run();
  timers.clear(repeating);
  timers.clear(undefined);
  timer.run();
  assert.equal(calls, 2);
  assert.deepEqual(told, ["timer", "timer"]);
});

test("is never early: a part of a millisecond counts as a whole one", () => {
  const timers = new SDKTimers(new Faults());
  const handles = [
    timers.set(() => {}, 0.2),
    timers.set(() => {}, -5),
    timers.set(() => {}, 1e12),
    timers.repeat(() => {}, 0),
  ];
  assert.deepEqual(
    timer.waiting.map(({ delay }) => delay),
    [1, 0, 0x7fffffff, 1],
  );
  for (const handle of handles) timers.clear(handle);
});

test("without a listener, or with one that fails, an exception ends in trace", () => {
  const traced: string[] = [];
  const globals = globalThis as Record<string, unknown>;
  globals.trace = (text: string) => traced.push(text);
  const faults = new Faults();
  faults.report("tcp", new Error("first"));
  faults.onFault = () => {
    throw new Error("second");
  };
  faults.report("tcp", new Error("first"));
  delete globals.trace;
  assert.deepEqual(traced, ["tcp: first\n", "tcp: first; then telling it failed: second\n"]);
});

test("every callback is measured, one that throws too", () => {
  let now = 0;
  const turns = new TurnMeter(() => now);
  const faults = new Faults(turns);
  faults.onFault = () => {
    now += 2;
  };
  const timers = new SDKTimers(faults);
  timers.set(() => {
    now += 5;
    throw new Error("broken");
  }, 1);
  timer.run();
  faults.run("tcp", () => {
    now += 1;
  });
  assert.deepEqual(turns.all, { turns: 2, mean: 4, longest: 7 });
});
