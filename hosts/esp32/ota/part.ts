// SPDX-License-Identifier: MIT

import type { ESP32Options } from "../host.ts";
import { ESP32Slots } from "./firmware-slots.ts";

/** What the word `ota` adds to the build. */
export const part: ESP32Options = Object.freeze({ slots: ESP32Slots });
