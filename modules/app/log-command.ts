// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";
import type { LogLevel } from "../base/log.ts";
import type { Command } from "../console/command.ts";
import { UsageError } from "../console/command-error.ts";
import { checkCount } from "../console/command-words.ts";
import { settingList } from "../settings/setting-list.ts";
import type { BoardView } from "./board-view.ts";

const levels: readonly LogLevel[] = settingList["log.level"].choices;

/** The `log` command: what the console shows, and what it has shown. */
export const logCommand: Command<BoardView> = frozen({
  name: "log",
  help: "how much is shown, and the last lines",
  usage: ["level [error | warn | info | debug]", "show"],
  details: [
    "level  the least important lines that are shown; holds until the next start, or until",
    "       log.level is set",
    "show   the last lines, shown or not, with seconds since the start; without readings",
  ].join("\n"),
  run: (words, view) => {
    const [verb, level] = words;
    if (verb === "show") {
      checkCount(words, 1);
      return view.console.recent.join("\n") || "nothing was logged yet";
    }
    if (verb !== "level") {
      if (verb === undefined) throw new UsageError("log takes level or show");
      throw new UsageError(`log does not know ${JSON.stringify(verb)}`);
    }
    checkCount(words, 2);
    return level === undefined ? view.console.level : changeLevel(view, level);
  },
  complete: (words) => {
    if (words.length === 0) return ["level", "show"];
    return words.length === 1 && words[0] === "level" ? levels : [];
  },
});

function changeLevel({ console }: BoardView, text: string): string {
  const level = levels.find((known) => known === text);
  if (level === undefined) throw new UsageError(`there is no level ${JSON.stringify(text)}`);
  console.level = level;
  return `${level}, until the next start`;
}
