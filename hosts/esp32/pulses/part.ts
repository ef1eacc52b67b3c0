// SPDX-License-Identifier: MIT

import type { ESP32Options } from "../host.ts";
import { ESP32PulseSource } from "./pulse-source.ts";

/** What the word `dht` adds to the build. */
export const part: ESP32Options = Object.freeze({ pulses: ESP32PulseSource });
