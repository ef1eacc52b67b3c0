// SPDX-License-Identifier: MIT

import type { Command } from "../../console/command.ts";
import { CommandError } from "../../console/command-error.ts";

/** Why something cannot be done, where its part is not in the firmware. */
export function notBuilt(what: string, word: string): CommandError {
  return new CommandError({
    code: "command/not-built",
    what,
    why: `this firmware was built without the word ${word}`,
    todo: `build it again with ${word}, or for a board with 8 MB of flash memory`,
  });
}

/** A command that only says that its part is not in the firmware. */
export function absentCommand<View>(name: string, what: string, word: string): Command<View> {
  return Object.freeze({
    name,
    help: "not in this firmware",
    details: `this firmware was built without the word ${word}`,
    run: () => {
      throw notBuilt(what, word);
    },
  });
}
