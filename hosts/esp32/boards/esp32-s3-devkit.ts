// SPDX-License-Identifier: MIT

import type { ESP32Board } from "../board.ts";
import { pinRange } from "../pin-range.ts";

/** ESP32-S3-DevKitC-1 and its copies, by the connector marked UART. */
export const board: ESP32Board = Object.freeze({
  name: "esp32-s3-devkit",
  i2c: Object.freeze({ data: 8, clock: 9, timeout: 50 }),
  pulses: Object.freeze({ pin: 4 }),
  // USB, four that the chip has not, flash memory and the RAM beside the chip, UART 0.
  reserved: Object.freeze([19, 20, ...pinRange(22, 37), 43, 44]),
  serial: Object.freeze({ port: 0, receive: 44, transmit: 43, baud: 115_200 }),
  // BOOT; on version 1.1 of the board the LED is at 38.
  defaults: Object.freeze({ "board.led": "48 rgb", "board.button": "0" }),
});
