// SPDX-License-Identifier: MIT

import type { ESP32Options } from "../host.ts";
import { ESP32FrameSource } from "./frame-source.ts";

/** What the word `sniffer` adds to the build. */
export const part: ESP32Options = Object.freeze({ frames: ESP32FrameSource });
