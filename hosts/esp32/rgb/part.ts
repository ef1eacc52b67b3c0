// SPDX-License-Identifier: MIT

import type { ESP32Options } from "../host.ts";
import { RGBLED } from "./rgb-led.ts";

/** What the word `rgb` adds to the build. */
export const part: ESP32Options = Object.freeze({ rgb: RGBLED });
