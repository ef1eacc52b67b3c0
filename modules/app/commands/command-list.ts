// SPDX-License-Identifier: MIT

import { readingText } from "../../air-quality/reading.ts";
import { frozen } from "../../base/frozen.ts";
import { version } from "../../base/version.ts";
import type { Command } from "../../console/command.ts";
import { UsageError } from "../../console/command-error.ts";
import { checkCount } from "../../console/command-words.ts";
import { Commander } from "../../console/commander.ts";
import type { LongCommand } from "../../console/running-command.ts";
import { commandsInSafeMode } from "../safe-mode.ts";
import type { BoardView } from "./board-view.ts";
import { ccs811Command } from "./ccs811-command.ts";
import { co2Command, valuesText } from "./co2-command.ts";
import { i2cCommand } from "./i2c-command.ts";
import { jsCommand } from "./js-command.ts";
import { logCommand } from "./log-command.ts";
import { mqttCommand, sessionText } from "./mqtt-command.ts";
import { pairCommands } from "./pair-commands.ts";
import { platformCommand, platformSecretIn } from "./platform-command.ts";
import { portalCommand } from "./portal-command.ts";
import { rulesCommands } from "./rules-commands.ts";
import { secretIn, settingsCommands } from "./settings-commands.ts";
import { sleepCommand } from "./sleep-command.ts";
import { statsCommand } from "./stats-command.ts";
import { timeCommand } from "./time-command.ts";
import { updateCommand } from "./update-command.ts";
import { webhookCommand } from "./webhook-command.ts";
import { passwordIn, wifiCommand } from "./wifi-command.ts";

/** So long the answer to `reboot` has to get out, ms. */
const rebootDelay = 300;

/** The commands of a board, the same for each. */
export const boardCommands: readonly Command<BoardView>[] = frozen([
  {
    name: "status",
    help: "what each part is doing",
    run: (words, view) => {
      checkCount(words, 0);
      const ticks = view.host.clock.ticks();
      return [
        `board ${view.id}, up ${Math.floor(ticks / 1_000)} s`,
        `wifi ${view.wifi.status().state}`,
        ...(view.portal?.isOpen ? [`portal ${view.portal.text}`] : []),
        `mqtt ${sessionText(view, ticks)}`,
        ...(view.updates?.isNews ? [`update ${view.updates.text}`] : []),
        ...(view.sleep ? [view.sleep.text] : []),
        ...(view.safeMode ? [view.safeMode.text] : gasLines(view)),
      ].join("\n");
    },
  },
  {
    name: "readings",
    help: "the last reading, or all as they come",
    usage: "[follow | stop]",
    details: "follow shows readings whatever log.level says; stop, or Ctrl-C, ends that",
    run: (words, view) => {
      checkCount(words, 1);
      return readings(words[0], view);
    },
    complete: (words) => (words.length === 0 ? ["follow", "stop"] : []),
  },
  wifiCommand,
  portalCommand,
  ccs811Command,
  co2Command,
  i2cCommand,
  mqttCommand,
  ...pairCommands,
  webhookCommand,
  platformCommand,
  ...rulesCommands,
  ...settingsCommands,
  logCommand,
  statsCommand,
  jsCommand,
  timeCommand,
  sleepCommand,
  updateCommand,
  {
    name: "reboot",
    help: "starts the board again",
    run: (words, view) => {
      checkCount(words, 0);
      const { timers, system } = view.host;
      const restart = () => system.restart("reboot command");
      timers.set(() => view.close(restart), rebootDelay);
      return "starting again";
    },
  },
  {
    name: "version",
    help: "version of the firmware",
    run: (words) => {
      checkCount(words, 0);
      return `airpair ${version}`;
    },
  },
]);

/** What each gas sensor is doing. A CCS811 that has never answered is told of where nothing else does. */
function gasLines({ sensors }: BoardView): string[] {
  const { gas, station } = sensors;
  const others = station.reading.sensors?.filter(({ sensor }) => sensor !== "CCS811") ?? [];
  const isShown = others.length === 0 || gas.identification.model !== undefined;
  return [...(isShown ? [`ccs811 ${gas.text}`] : []), ...others.map(valuesText)];
}

function readings(
  word: string | undefined,
  { console, publisher, sensors }: BoardView,
): string | LongCommand {
  switch (word) {
    case undefined:
      // As it is now: what was measured long ago is no value any more.
      return publisher.last ? readingText(sensors.station.reading) : "no reading yet";
    case "follow":
      return {
        text: "readings are shown as they come; Ctrl-C or readings stop ends that",
        limit: undefined,
        start: (reply) => console.follow("reading", reply),
        stop: () => console.unfollow(),
      };
    case "stop":
      console.unfollow();
      return "readings are shown as log.level says";
    default:
      throw new UsageError(`readings does not know ${JSON.stringify(word)}`);
  }
}

/** Index in a line from which on it holds a secret, or its length. */
export function anySecretIn(line: string): number {
  return Math.min(secretIn(line), passwordIn(line), platformSecretIn(line));
}

/** Runs the commands of a board, and lets its console give them what is typed. */
export function startCommands(view: BoardView): Commander<BoardView> {
  const commander = new Commander({
    commands: view.safeMode ? commandsInSafeMode(boardCommands, view.safeMode) : boardCommands,
    view,
    timers: view.host.timers,
    secretIn: anySecretIn,
  });
  view.console.use(commander);
  return commander;
}
