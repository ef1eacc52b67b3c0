// SPDX-License-Identifier: MIT

// What deep-sleep.c does; the types are in deep-sleep-native.d.ts.

export const startSleep = native("xs_deep_sleep_start");
export const canWake = native("xs_deep_sleep_can_wake");
export const sleepEnded = native("xs_deep_sleep_ended");
export const forgetSleep = native("xs_deep_sleep_forget");
