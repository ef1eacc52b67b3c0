// SPDX-License-Identifier: MIT

import { messageOf } from "../base/app-error.ts";
import type { Host } from "../base/host.ts";
import type { Log } from "../base/log.ts";
import { Console } from "../console/console.ts";
import type { Settings } from "../settings/settings.ts";

/**
 * The board's console, where the exceptions that the host has caught are told too. `onLine` gets
 * each typed line.
 */
export function openConsole(host: Host, settings: Settings, onLine: (line: string) => void): Log {
  const { serial, clock, system } = host;
  const console = new Console({ serial, ticks: () => clock.ticks(), onLine });
  console.configure({ format: settings.get("console.format"), level: settings.get("log.level") });
  const log: Log = (line) => console.log(line);
  if (system.faults) {
    system.faults.onFault = (where, error) => {
      log({ level: "error", part: where, event: "uncaught", text: messageOf(error) });
    };
  }
  return log;
}
