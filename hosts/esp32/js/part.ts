// SPDX-License-Identifier: MIT

import type { ESP32Options } from "../host.ts";
import { evaluate } from "./evaluate.ts";

/** What the word `js` adds to the build. */
export const part: ESP32Options = Object.freeze({ evaluate });
