// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { Reading } from "../../../../modules/air-quality/reading.ts";
import { settingList } from "../../../../modules/app/setting-list.ts";
import {
  BoardSleep,
  restoreClock,
  type SleepView,
} from "../../../../modules/app/sleep/board-sleep.ts";
import { writeSleep } from "../../../../modules/app/sleep/sleep-record.ts";
import { startSleep } from "../../../../modules/app/start/start-sleep.ts";
import type { Host, HostReset } from "../../../../modules/base/host.ts";
import { Settings } from "../../../../modules/settings/settings.ts";
import { FakeTime } from "../../../support/fake-time.ts";
import { LogBook } from "../../../support/log-book.ts";
import { MemoryKeyValue } from "../../../support/memory-key-value.ts";
import { MemoryRetained } from "../../../support/memory-retained.ts";

const minute = 60_000;
const before = {
  sleeps: 1,
  misses: 0,
  kinds: 0,
  time: 1_700_000_000_000,
  healthAge: 0,
  awake: 800,
  steps: { boot: 0, sensor: 0, wifi: 0, dhcp: 0, tcp: 0, mqtt: 0, publish: 0 },
  place: undefined,
};

/** A board whose parts are as `more` says; nothing keeps it awake but that. */
function build(more: Partial<SleepView> = {}, wake: HostReset["wake"] = undefined) {
  const time = new FakeTime();
  const retained = new MemoryRetained();
  const book = new LogBook();
  const sleeps: number[] = [];
  const restarts: string[] = [];
  let fails = false;
  if (wake) writeSleep(retained, before);
  const reset = { cause: "deep sleep", isFault: false, ...(wake && { wake }) };
  const restart = (reason: string) => restarts.push(reason);
  const system = { name: "test", MAC: "", restart, reset, retained };
  const host = { clock: time, timers: time, system } as Pick<Host, "clock" | "timers" | "system">;
  const sleep = new BoardSleep({
    host,
    log: book.log,
    sleep: {
      start: (duration: number) => {
        if (fails) throw new Error("no such pin");
        sleeps.push(duration);
      },
      canWakeBy: () => true,
    },
    retained,
    duration: 10 * minute,
    wakePin: undefined,
  });
  const view: SleepView = {
    session: undefined,
    console: { usedAt: -1 },
    publisher: { last: { ticks: 0 } as Reading },
    close: (onClosed) => time.set(onClosed, 10),
    ...more,
  };
  const station = { reading: { ticks: 0 } as Reading, wait() {}, reportNow() {} };
  sleep.begin(view, {
    wifi: { state: { kind: "off" }, place: undefined },
    sensors: { station, baseline: { look() {} }, climate: { CO2SensorLeft: undefined } },
    pairing: undefined,
  });
  const fail = () => {
    fails = true;
  };
  return { time, book, sleeps, restarts, sleep, fail, host };
}

test("an update, new firmware on trial and an open portal keep the board awake until they are over", () => {
  for (const part of ["updates", "portal"] as const) {
    const state = { isNews: true, isOpen: true };
    const { time, sleeps } = build({ [part]: state });
    time.advance(60 * minute);
    assert.deepEqual(sleeps, [], part);
    state.isNews = false;
    state.isOpen = false;
    time.advance(2_000);
    assert.deepEqual(sleeps, [10 * minute], part);
  }
});

test("a webhook and a platform are waited for, and given up after five seconds", () => {
  for (const parts of [{ webhook: { isBusy: true } }, { platforms: { areBusy: true } }]) {
    const { time, sleeps } = build(parts);
    time.advance(5 * minute + 4_000);
    assert.deepEqual(sleeps, []);
    time.advance(3_000);
    assert.equal(sleeps.length, 1);
  }
});

test("a board that cannot fall asleep says why, and starts again instead of doing nothing for ever", () => {
  const { time, restarts, book, fail } = build();
  fail();
  time.advance(6 * minute);
  assert.deepEqual(restarts, ["sleep failed"]);
  assert.match(book.text, /error the board cannot sleep: no such pin; it starts again/);
});

test("the wall clock of a board that was asleep is what it was and the time since", () => {
  const { host, time } = build({}, { slept: 9 * minute, boot: 300, isByPin: false });
  assert.equal(time.now(), undefined);
  restoreClock(host);
  assert.equal(time.now(), before.time + 9 * minute + 300);
  restoreClock(host);
  time.advance(1_000);
  assert.equal(time.now(), before.time + 9 * minute + 1_300);
});

test("a wake without a record, as after a power cut, is a start: it stays awake for five minutes", () => {
  const { time, sleeps } = build();
  time.advance(5 * minute - 1_000);
  assert.deepEqual(sleeps, []);
  time.advance(3_000);
  assert.equal(sleeps.length, 1);
});

test("a host that cannot sleep says so, and the board stays awake", () => {
  const book = new LogBook();
  const settings = new Settings({
    list: settingList,
    store: new MemoryKeyValue(),
    given: { sleep: 10 },
  });
  const system = { name: "lin", retained: new MemoryRetained() };
  const host = { system } as unknown as Host;
  assert.equal(startSleep(host, { settings, log: book.log }), undefined);
  assert.equal(book.text, "warn sleep is set, but lin cannot sleep; the board stays awake");
});
