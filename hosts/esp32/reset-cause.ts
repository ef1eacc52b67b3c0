// SPDX-License-Identifier: MIT

import { frozen } from "../../modules/base/frozen.ts";
import type { HostReset } from "../../modules/base/host.ts";

/** By number of `esp_reset_reason_t` (ESP-IDF, esp_system.h). */
const causes: readonly HostReset[] = frozen([
  { cause: "unknown", isFault: false },
  { cause: "power-on", isFault: false },
  { cause: "reset pin", isFault: false },
  { cause: "restart", isFault: false },
  { cause: "crash of native code", isFault: true },
  { cause: "interrupt watchdog", isFault: true },
  { cause: "task watchdog", isFault: true },
  { cause: "watchdog", isFault: true },
  { cause: "deep sleep", isFault: false },
  { cause: "brownout", isFault: true },
  { cause: "SDIO", isFault: false },
  { cause: "USB", isFault: false },
  { cause: "JTAG", isFault: false },
  { cause: "eFuse error", isFault: true },
  { cause: "power glitch", isFault: true },
  { cause: "CPU lock-up", isFault: true },
]);

/** Memory full, stack overflow, an exception that nobody caught: XS restarts the chip by itself. */
const engineAborted = 100;
const abort: HostReset = frozen({ cause: "abort of the XS engine", isFault: true });

/** What the number of `resetReason` in rtc-memory.js means. */
export function resetCause(reason: number): HostReset {
  if (reason === engineAborted) return abort;
  return causes[reason] ?? { cause: `reset ${reason}`, isFault: false };
}
