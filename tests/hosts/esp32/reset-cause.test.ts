// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { resetCause } from "../../../hosts/esp32/reset-cause.ts";

test("the numbers of ESP-IDF have names, and those that nobody has asked for are faults", () => {
  const faults: string[] = [];
  const others: string[] = [];
  for (let reason = 0; reason <= 15; reason++) {
    const { cause, isFault } = resetCause(reason);
    (isFault ? faults : others).push(cause);
  }
  assert.deepEqual(faults, [
    "crash of native code",
    "interrupt watchdog",
    "task watchdog",
    "watchdog",
    "brownout",
    "eFuse error",
    "power glitch",
    "CPU lock-up",
  ]);
  assert.deepEqual(others.slice(0, 4), ["unknown", "power-on", "reset pin", "restart"]);
  assert.deepEqual(resetCause(100), { cause: "abort of the XS engine", isFault: true });
  for (const reason of [16, 99, -1]) {
    assert.deepEqual(resetCause(reason), { cause: `reset ${reason}`, isFault: false });
  }
});
