// SPDX-License-Identifier: MIT

import { pinRange } from "./pin-range.ts";

/** Nobody's on any ESP32: UART 0, flash memory, pins that it has not, and from 34 on those that can only be read. */
export const reservedPins: readonly number[] = Object.freeze(
  [1, 3, 20, 24].concat(pinRange(6, 11), pinRange(28, 31), pinRange(34, 48)),
);
