// SPDX-License-Identifier: MIT

import type { ESP32Board } from "../board.ts";
import { pinRange } from "../pin-range.ts";

/** ESP32-C3-DevKitM-1, ESP32-C3-DevKitC-02 and their copies with a USB chip of their own. */
export const board: ESP32Board = Object.freeze({
  name: "esp32-c3-devkit",
  // Side by side on both, and none that decides how the chip starts (2, 8, 9) or can wake it (0 to 5).
  i2c: Object.freeze({ data: 6, clock: 7, timeout: 50 }),
  pulses: Object.freeze({ pin: 4 }),
  // Flash memory (11 to 17), USB, UART 0, and what the chip has not.
  reserved: Object.freeze(pinRange(11, 48)),
  serial: Object.freeze({ port: 0, receive: 20, transmit: 21, baud: 115_200 }),
  // BOOT.
  defaults: Object.freeze({ "board.led": "8 rgb", "board.button": "9" }),
});
