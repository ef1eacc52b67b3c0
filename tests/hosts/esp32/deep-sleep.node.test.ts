// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import type * as SleepModule from "../../../hosts/esp32/deep-sleep.ts";
import { importWithSDK } from "../../support/sdk-import.ts";

const source = fileURLToPath(new URL("deep-sleep-run.c", import.meta.url));
const standIns = fileURLToPath(new URL("stand-ins", import.meta.url));
const host = fileURLToPath(new URL("../../../hosts/esp32", import.meta.url));

test("the sleep in C takes its time and its pin, and tells of the sleep that has ended and of no other", () => {
  const folder = mkdtempSync(join(tmpdir(), "deep-sleep-"));
  try {
    const program = join(folder, "deep-sleep");
    const checks = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-g"];
    const warnings = ["-std=gnu17", "-Wall", "-Wextra", "-Werror"];
    const include = [`-I${standIns}`, `-I${host}`];
    const unused = "-Wno-unused-parameter";
    execFileSync("cc", [...warnings, unused, ...checks, ...include, source, "-o", program]);
    const told = JSON.parse(execFileSync(program, { timeout: 30_000, encoding: "utf8" }));
    assert.deepEqual(told, {
      "power-on slept": null,
      "power-on boot": null,
      "power-on byPin": null,
      "pin 27": true,
      "pin 21": false,
      "no time": "RangeError",
      "not a number": "RangeError",
      "wrong pin": "RangeError",
      "asleep after a refusal": false,
      sleep: "asleep",
      timer: 300_000_000,
      "pull-up": 27,
      ext0: 27,
      wifi: true,
      "timer slept": 300_000,
      "timer boot": 250,
      "timer byPin": false,
      "pin slept": 300_000,
      "pin boot": 250,
      "pin byPin": true,
      "short slept": 0,
      "short boot": 250,
      "short byPin": true,
      "forgotten slept": null,
      "forgotten boot": null,
      "forgotten byPin": null,
      "without pin": "asleep",
      "no ext0": -1,
      end: null,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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
