// SPDX-License-Identifier: MIT

/** Acts again and again, `interval` in ms, until what it returns is called. */
export type Every = (interval: number, act: () => void) => () => void;

/** By the clock of the PC; alone it keeps no process alive. */
export const realEvery: Every = (interval, act) => {
  const timer = setInterval(act, interval);
  timer.unref();
  return () => clearInterval(timer);
};
