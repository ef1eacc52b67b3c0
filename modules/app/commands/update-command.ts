// SPDX-License-Identifier: MIT

import { frozen } from "../../base/frozen.ts";
import type { Command } from "../../console/command.ts";
import { UsageError } from "../../console/command-error.ts";
import { checkCount } from "../../console/command-words.ts";
import { updateError } from "../../update/update-error.ts";
import type { BoardUpdates } from "../board-updates.ts";

/** What the command looks at and acts on. */
export interface UpdateView {
  /** Absent: the board has no second place for the firmware. */
  readonly updates?: Pick<BoardUpdates, "text" | "isNews" | "command" | "cancel">;
}

/** The `update` command. */
export const updateCommand: Command<UpdateView> = frozen({
  name: "update",
  help: "new firmware from a web server",
  usage: ["[status]", "URL [force]", "cancel"],
  details: [
    "status  what runs, and how far an update is",
    "URL     fetches a signed image, https://host/path or http://host/path, and starts from it; readings go on",
    "        meanwhile; firmware that does not reach its broker within 10 min goes back to the one before",
    "force   takes one that is no newer than what runs, too",
    "cancel  ends it",
  ].join("\n"),
  run: (words, { updates }) => {
    const [word = "status", more] = words;
    checkCount(words, 2);
    if (!updates) throw updateError("update/no-slots");
    if (/^https?:/i.test(word)) {
      if (more !== undefined && more !== "force") {
        throw new UsageError(`${JSON.stringify(more)} is not force`);
      }
      return updates.command(word, more === "force");
    }
    checkCount(words, 1);
    if (word === "status") return updates.text;
    if (word !== "cancel") {
      throw new UsageError(
        `update does not know ${JSON.stringify(word)}; an address begins with https://`,
      );
    }
    return updates.cancel() ? "the update is ended; what runs goes on" : "no update is going on";
  },
  complete: (words) => (words.length === 0 ? ["status", "cancel"] : []),
});
