// SPDX-License-Identifier: MIT

import type { ESP32Board } from "../board.ts";
import { reservedPins } from "../esp32-pins.ts";

/** ESP32 boards with 30 or 38 pins (ESP32-DevKitC, NodeMCU-32S and their copies). */
export const board: ESP32Board = Object.freeze({
  name: "esp32-devkit",
  // A transaction takes 4 ms at most.
  i2c: Object.freeze({ data: 21, clock: 22, timeout: 50 }),
  pulses: Object.freeze({ pin: 4 }),
  reserved: reservedPins,
  serial: Object.freeze({ port: 0, receive: 3, transmit: 1, baud: 115_200 }),
});
