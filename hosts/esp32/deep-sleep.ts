// SPDX-License-Identifier: MIT

import type { HostReset, HostSleep, HostWake } from "../../modules/base/host.ts";
import { canWake, forgetSleep, sleepEnded, startSleep } from "./deep-sleep-native.js";

/** Deep sleep of the ESP32. */
export const deepSleep: HostSleep = Object.freeze({
  start: (duration: number, wakePin?: number) => startSleep(duration, wakePin),
  canWakeBy: (pin: number) => canWake(pin),
});

/** Why the chip has started, and from which sleep. To be asked once. */
export function withWake(reset: HostReset): HostReset {
  const slept = sleepEnded(0);
  const boot = sleepEnded(1);
  const isByPin = sleepEnded(2) === true;
  forgetSleep();
  if (slept === undefined || boot === undefined) return reset;
  const wake: HostWake = { slept, boot, isByPin };
  return { ...reset, wake };
}
