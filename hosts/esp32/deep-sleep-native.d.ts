// SPDX-License-Identifier: MIT

/** Does not return. Throws when the pin cannot wake the chip; `duration` in ms. */
export function startSleep(duration: number, pin?: number): never;

/** Whether the chip watches the pin while it sleeps. */
export function canWake(pin: number): boolean;

/** Of the sleep that has just ended: 0: ms asleep, 1: ms since its end, 2: a pin has ended it. Undefined: there was none. */
export function sleepEnded(what: 0 | 1): number | undefined;
export function sleepEnded(what: 2): boolean | undefined;

/** What ends next is another run. */
export function forgetSleep(): void;
