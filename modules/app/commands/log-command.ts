// SPDX-License-Identifier: MIT

import { frozen } from "../../base/frozen.ts";
import type { HostReset } from "../../base/host.ts";
import type { LogLevel } from "../../base/log.ts";
import type { Command } from "../../console/command.ts";
import { UsageError } from "../../console/command-error.ts";
import { checkCount } from "../../console/command-words.ts";
import { settingList } from "../setting-list.ts";
import type { BoardView } from "./board-view.ts";

const levels: readonly LogLevel[] = settingList["log.level"].choices;

/** The `log` command: what the console shows, and what it has shown. */
export const logCommand: Command<BoardView> = frozen({
  name: "log",
  help: "how much is shown, and the last lines",
  usage: ["level [error | warn | info | debug]", "show [before]"],
  details: [
    "level  the least important lines that are shown; holds until the next start, or until",
    "       log.level is set",
    "show   the last lines, shown or not, with seconds since the start; without readings;",
    "       first those of the run before, with before in front; show before: only those;",
    "       repetitions are counted: … 57 times more",
  ].join("\n"),
  run: (words, view) => {
    const [verb, level] = words;
    if (verb === "show") return shown(words, view);
    if (verb !== "level") {
      if (verb === undefined) throw new UsageError("log takes level or show");
      throw new UsageError(`log does not know ${JSON.stringify(verb)}`);
    }
    checkCount(words, 2);
    return level === undefined ? view.console.level : changeLevel(view, level);
  },
  complete: (words) => {
    if (words.length === 0) return ["level", "show"];
    if (words.length > 1) return [];
    return words[0] === "level" ? levels : words[0] === "show" ? ["before"] : [];
  },
});

function shown(words: readonly string[], { console, host }: BoardView): string {
  const which = words[1];
  if (which !== undefined && which !== "before") {
    throw new UsageError(`log show does not know ${JSON.stringify(which)}`);
  }
  checkCount(words, 2);
  const before = beforeText(console.before, host.system.reset);
  const recent = console.recent.join("\n") || "nothing was logged yet";
  if (which === undefined) return before === undefined ? recent : `${before}\n${recent}`;
  return before ?? "nothing is kept of the run before";
}

/** The lines of the run before and what has ended it; undefined: there are none. */
function beforeText(
  lines: readonly string[] | undefined,
  reset: HostReset | undefined,
): string | undefined {
  if (lines === undefined || lines.length === 0) return undefined;
  const end = reset ? `it ended by: ${reset.cause}` : "it ended";
  return [...lines, end].map((line) => `before ${line}`).join("\n");
}

function changeLevel({ console }: BoardView, text: string): string {
  const level = levels.find((known) => known === text);
  if (level === undefined) throw new UsageError(`there is no level ${JSON.stringify(text)}`);
  console.level = level;
  return `${level}, until the next start`;
}
