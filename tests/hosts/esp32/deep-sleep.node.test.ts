// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type * as SleepModule from "../../../hosts/esp32/deep-sleep.ts";
import { call, compileNative, give, type NativeValue, set } from "../../support/native-code.ts";
import { importWithSDK } from "../../support/sdk-import.ts";

const run = await compileNative("hosts/esp32/deep-sleep.c");
const runC3 = await compileNative("hosts/esp32/deep-sleep.c", {
  flags: ["-DCONFIG_IDF_TARGET_ESP32C3"],
});
const start = (...values: readonly NativeValue[]) => call("xs_deep_sleep_start", ...values);
const canWake = (pin: number) => call("xs_deep_sleep_can_wake", pin);
/** ms asleep, ms since, and whether a pin has ended it. */
const ended = [0, 1, 2].map((what) => call("xs_deep_sleep_ended", what));
const asleep = [set("rtc", 5_000_000), start(300_000, 27)];
const timer = set("causes", 1 << 4);
const pin = set("causes", 1 << 2);

function endOf(...steps: readonly string[]): unknown[] {
  return run(...steps, ...ended)
    .slice(-3)
    .map(({ result }) => result);
}

test("the chip sleeps for the time, or until the pin is pulled low, with the radio off", () => {
  assert.deepEqual(run(start(300_000, 27)), [
    {
      calls: [
        "esp_sleep_disable_wakeup_source 1",
        "rtc_gpio_pulldown_dis 27",
        "rtc_gpio_pullup_en 27",
        "esp_sleep_pd_config 0 1",
        "esp_sleep_enable_ext0_wakeup 27 0",
        "esp_sleep_enable_timer_wakeup 300000000",
        "esp_wifi_stop",
      ],
      thrown: "asleep: ",
    },
  ]);
  for (const values of [[60_000], [60_000, undefined]]) {
    assert.deepEqual(run(start(...values))[0]?.calls, [
      "esp_sleep_disable_wakeup_source 1",
      "esp_sleep_enable_timer_wakeup 60000000",
      "esp_wifi_stop",
    ]);
  }
});

test("each pin of the RTC can end a sleep, the one with the number 0 too, and no other", () => {
  const pins = Array.from({ length: 40 }, (_, number) => number);
  const able = run(...pins.map(canWake)).flatMap(({ result }, number) => (result ? [number] : []));
  assert.deepEqual(able, [0, 2, 4, 12, 13, 14, 15, 25, 26, 27, 32, 33, 34, 35, 36, 37, 38, 39]);
  for (const number of able) {
    const [{ calls = [], thrown } = {}] = run(start(1_000, number));
    assert.ok(calls.includes(`esp_sleep_enable_ext0_wakeup ${number} 0`), `${number}`);
    assert.equal(thrown, "asleep: ");
  }
  for (const none of [-1, -1_000_000, 40, 1_000_000]) {
    const [can, sleep] = run(canWake(none), start(1_000, none));
    assert.equal(can?.result, false);
    assert.equal(sleep?.thrown, `RangeError: pin ${none} cannot wake the chip`);
  }
});

test("an ESP32-C3, whose RTC watches no pin, is woken by the pins that stay awake, and tells so", () => {
  const enable = "esp_sleep_enable_gpio_wakeup_on_hp_periph_powerdown";
  const pins = Array.from({ length: 22 }, (_, number) => number);
  const able = runC3(...pins.map(canWake)).flatMap(({ result }, number) =>
    result ? [number] : [],
  );
  assert.deepEqual(able, [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(runC3(start(300_000, 5)), [
    {
      calls: [
        "esp_sleep_disable_wakeup_source 1",
        `${enable} 20 0`,
        "esp_sleep_enable_timer_wakeup 300000000",
        "esp_wifi_stop",
      ],
      thrown: "asleep: ",
    },
  ]);
  for (const none of [-1, 6, 21]) {
    assert.equal(
      runC3(start(1_000, none))[0]?.thrown,
      `RangeError: pin ${none} cannot wake the chip`,
    );
  }
  const [, refused] = runC3(give(enable, 0x102), start(1_000, 0));
  assert.equal(refused?.thrown, "Error: pin 0 cannot wake the chip");
  const woken = [set("rtc", 5_000_000), start(300_000, 5), set("rtc", 305_250_000)];
  const byPin = runC3(...woken, set("awake", 250_000), set("causes", 1 << 7), ...ended);
  assert.deepEqual(
    byPin.slice(-3).map(({ result }) => result),
    [300_000, 250, true],
  );
});

test("a sleep without an end, and one that ESP-IDF refuses, do not begin", () => {
  for (const duration of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32]) {
    const [refused] = run(start(duration));
    assert.deepEqual(refused, { calls: [], thrown: "RangeError: no duration" });
  }
  assert.equal(run(start(2 ** 32 - 1))[0]?.thrown, "asleep: ");
  for (const [name, text] of [
    ["esp_sleep_enable_ext0_wakeup", "pin 27 cannot wake the chip"],
    ["esp_sleep_enable_timer_wakeup", "no such duration"],
  ] as const) {
    const [, refused] = run(give(name, 0x102), start(1_000, 27));
    assert.equal(refused?.thrown, `Error: ${text}`);
    assert.ok(!refused?.calls.includes("esp_wifi_stop"));
    assert.deepEqual(endOf(give(name, 0x102), start(1_000, 27), timer), [
      undefined,
      undefined,
      undefined,
    ]);
  }
});

test("a start tells of the sleep that has ended, and of no other", () => {
  const woken = [set("rtc", 305_250_000), set("awake", 250_000)];
  const none = [undefined, undefined, undefined];
  assert.deepEqual(endOf(...asleep, ...woken, timer), [300_000, 250, false]);
  assert.deepEqual(endOf(...asleep, ...woken, pin), [300_000, 250, true]);
  // A clock that was slower than the start.
  assert.deepEqual(endOf(...asleep, set("rtc", 5_100_000), set("awake", 250_000), pin), [
    0,
    250,
    true,
  ]);
  assert.deepEqual(endOf(...asleep, ...woken), none);
  assert.deepEqual(endOf(...asleep, ...woken, timer, call("xs_deep_sleep_forget")), none);
  // What is in the memory when power comes on.
  assert.deepEqual(endOf(...woken, timer), none);
});

test("a start knows the sleep before it, once, and one without a sleep knows none", async () => {
  const ended: (number | boolean | undefined)[] = [300_000, 250, true];
  let forgotten = 0;
  const native = {
    startSleep: () => {},
    canWake: (pin: number) => pin === 27,
    sleepEnded: (what: number) => ended[what],
    forgetSleep: () => {
      forgotten++;
    },
  };
  const { withWake, deepSleep } = await importWithSDK<typeof SleepModule>(
    "hosts/esp32/deep-sleep.ts",
    { "./deep-sleep-native.js": native },
  );
  const reset = { cause: "deep sleep", isFault: false };
  const wake = { slept: 300_000, boot: 250, isByPin: true };
  assert.deepEqual(withWake(reset), { ...reset, wake });
  assert.equal(forgotten, 1);
  ended.fill(undefined);
  assert.deepEqual(withWake(reset), reset);
  assert.equal(deepSleep.canWakeBy(27), true);
});
