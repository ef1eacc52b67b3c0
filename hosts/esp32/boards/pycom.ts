// SPDX-License-Identifier: MIT

import type { ESP32Board } from "../board.ts";
import { reservedPins } from "../esp32-pins.ts";

/** Pycom's modules with 8 MB of flash memory (WiPy 3, LoPy4, FiPy, GPy) on their expansion board. */
export const board: ESP32Board = Object.freeze({
  name: "pycom",
  // P22 and P21, which nothing else has on any of them.
  i2c: Object.freeze({ data: 25, clock: 26, timeout: 50 }),
  // P3.
  pulses: Object.freeze({ pin: 4 }),
  // P12, with a resistor to ground.
  antenna: Object.freeze({ pin: 21 }),
  // The RAM beside the chip (16, 17), and the antenna.
  reserved: Object.freeze([...reservedPins, 16, 17, 21]),
  serial: Object.freeze({ port: 0, receive: 3, transmit: 1, baud: 115_200 }),
  // The button is at P10 of the expansion board.
  defaults: Object.freeze({ "board.led": "0 rgb", "board.button": "13" }),
});
