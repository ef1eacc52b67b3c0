// SPDX-License-Identifier: MIT

import { runFirmware } from "./run-firmware.ts";

/** Called by the SDK when the simulator has started. */
export default function start(): void {
  runFirmware();
}
