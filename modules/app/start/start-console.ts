// SPDX-License-Identifier: MIT

import { messageOf } from "../../base/app-error.ts";
import type { Host, HostReset } from "../../base/host.ts";
import type { Log } from "../../base/log.ts";
import { version } from "../../base/version.ts";
import { Console } from "../../console/console.ts";
import { RetainedLog } from "../../console/retained-log.ts";
import type { BoardSettings } from "../setting-list.ts";

const levelName = "log.level";

/** The board's console, and the way for log lines to it. */
export interface StartedConsole {
  readonly console: Console;
  readonly log: Log;
}

/**
 * Opens the board's console as the settings say, and as they are changed. The exceptions that the
 * host has caught are logged there too.
 */
export function startConsole(host: Host, settings: BoardSettings): StartedConsole {
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
  settings.subscribe({ settingChanged: configure });
  const log: Log = (line) => console.log(line);
  if (system.faults) {
    system.faults.onFault = (where, error) => {
      log({ level: "error", part: where, event: "uncaught", text: messageOf(error) });
    };
  }
  return { console, log };
}

/** Shows who the board is, how the run before has ended, and which settings were refused. */
export function logBoot(
  { system }: Host,
  { console, log, settings, id }: StartedConsole & { settings: BoardSettings; id: string },
): void {
  const runs = system.slots?.version ?? version;
  const text = `airpair ${runs} on ${system.name}, board ${id}`;
  log({ level: "info", part: "boot", event: "boot", text, data: { version: runs, board: id } });
  logReset(log, system.reset, console.before);
  for (const problem of settings.problems) {
    log({ level: "warn", part: "settings", event: "refused", text: problem });
  }
}

/** Shows a start that nobody has asked for; `before` has the lines of the run before, if any. */
function logReset(log: Log, reset: HostReset | undefined, before: readonly string[] = []): void {
  if (!reset?.isFault) return;
  const where =
    before.length > 0 ? "log show before has the last lines" : "its last lines are lost";
  const text = `started again after ${reset.cause}; ${where}`;
  log({ level: "warn", part: "boot", event: "reset", text, data: { cause: reset.cause } });
}
