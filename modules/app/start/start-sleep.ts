// SPDX-License-Identifier: MIT

import { parseThresholds } from "../../air-quality/gas-thresholds.ts";
import type { Host } from "../../base/host.ts";
import type { Log } from "../../base/log.ts";
import { pinIn } from "../../base/pin-text.ts";
import type { RemoteCommandsOptions } from "../remote/remote-commands.ts";
import type { BoardSettings } from "../setting-list.ts";
import { BoardSleep } from "../sleep/board-sleep.ts";

const minute = 60_000;

/** What puts the board to sleep; undefined when it is to stay awake, or its host cannot sleep, which is logged. */
export function startSleep(
  host: Host,
  { settings, log }: { readonly settings: BoardSettings; readonly log: Log },
): BoardSleep | undefined {
  const minutes = settings.get("sleep");
  if (minutes === 0) return undefined;
  const { sleep, retained, name } = host.system;
  if (!sleep || !retained) {
    const text = `sleep is set, but ${name} cannot sleep; the board stays awake`;
    log({ level: "warn", part: "sleep", event: "off", text });
    return undefined;
  }
  const pin = pinIn(settings.get("ccs811.int"));
  const calls = parseThresholds(settings.get("ccs811.thresholds")) !== undefined;
  const wakePin = pin !== undefined && calls && sleep.canWakeBy(pin) ? pin : undefined;
  if (pin !== undefined && calls && wakePin === undefined) {
    const text = `pin ${pin} of ccs811.int cannot wake this chip; only the time does`;
    log({ level: "warn", part: "sleep", event: "no-pin", text });
  }
  return new BoardSleep({ host, log, sleep, retained, duration: minutes * minute, wakePin });
}

/** As `commander`, and each command that comes that way keeps the board awake for a while. */
export function awakeAt(
  commander: RemoteCommandsOptions["commander"],
  sleep: Pick<BoardSleep, "commandCame">,
): RemoteCommandsOptions["commander"] {
  return {
    run: (line, owner) => {
      sleep.commandCame();
      return commander.run(line, owner);
    },
  };
}
