// SPDX-License-Identifier: MIT

import { frozen } from "../../base/frozen.ts";
import type { Command } from "../../console/command.ts";
import { CommandError, UsageError } from "../../console/command-error.ts";
import { checkCount } from "../../console/command-words.ts";
import type { BoardSleep } from "../sleep/board-sleep.ts";

/** What the command looks at and acts on. */
export interface SleepCommandView {
  /** Absent: the board does not sleep. */
  readonly sleep?: Pick<BoardSleep, "text" | "stay" | "sleepNow">;
}

const minute = 60_000;
const maxMinutes = 1_440;

/** The `sleep` command. */
export const sleepCommand: Command<SleepCommandView> = frozen({
  name: "sleep",
  help: "the sleep between two readings",
  usage: ["[status]", "now", "stay MINUTES"],
  details: [
    "status        why the board is awake, and how long it was last time",
    "now           sleeps at once",
    `stay MINUTES  stays awake so long, 1 to ${maxMinutes}; set sleep 0 ends it for good`,
  ].join("\n"),
  run: (words, { sleep }) => {
    const [word = "status", text = ""] = words;
    checkCount(words, word === "stay" ? 2 : 1);
    if (!["status", "now", "stay"].includes(word)) {
      throw new UsageError(`sleep does not know ${JSON.stringify(word)}`);
    }
    if (!sleep) {
      throw new CommandError({
        code: "sleep/off",
        what: "the board does not sleep",
        todo: "set sleep 10, and reboot, has it sleep for 10 minutes between two readings",
      });
    }
    if (word === "status") return sleep.text;
    if (word === "now") {
      sleep.sleepNow();
      return "going to sleep";
    }
    const minutes = Number(text);
    if (!Number.isInteger(minutes) || minutes < 1 || minutes > maxMinutes) {
      throw new UsageError(`stay takes minutes, 1 to ${maxMinutes}`);
    }
    sleep.stay(minutes * minute, "the command sleep stay");
    return `awake for at least ${minutes} min`;
  },
  complete: (words) => (words.length === 0 ? ["status", "now", "stay"] : []),
});
