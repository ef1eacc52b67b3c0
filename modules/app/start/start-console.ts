// SPDX-License-Identifier: MIT

import { messageOf } from "../../base/app-error.ts";
import type { Host } from "../../base/host.ts";
import type { Log } from "../../base/log.ts";
import { Console } from "../../console/console.ts";
import { RetainedLog } from "../../console/retained-log.ts";
import type { Settings } from "../../settings/settings.ts";

const levelName = "log.level";

/** The board's console, and the way for log lines to it. */
export interface OpenConsole {
  readonly console: Console;
  readonly log: Log;
}

/**
 * Opens the board's console as the settings say, and as they are changed. The exceptions that the
 * host has caught are told there too.
 */
export function openConsole(host: Host, settings: Settings): OpenConsole {
  const { serial, clock, system } = host;
  const { quit, retained: memory } = system;
  const retained = memory && new RetainedLog(memory);
  const console = new Console({ serial, clock, onQuit: quit, retained });
  const configure = (changed: string) => {
    console.configure({
      format: settings.get("console.format"),
      // What the command `log level` has said holds until somebody says something else.
      level: changed === levelName ? settings.get(levelName) : console.level,
      echo: settings.get("console.echo") === "on",
    });
  };
  configure(levelName);
  settings.onChange = configure;
  const log: Log = (line) => console.log(line);
  if (system.faults) {
    system.faults.onFault = (where, error) => {
      log({ level: "error", part: where, event: "uncaught", text: messageOf(error) });
    };
  }
  return { console, log };
}
