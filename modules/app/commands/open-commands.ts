// SPDX-License-Identifier: MIT

import type { Command } from "../../console/command.ts";
import { Commander } from "../../console/commander.ts";
import type { BoardView } from "./board-view.ts";
import { passwordIn } from "./known-network-commands.ts";
import { secretIn } from "./settings-commands.ts";

export interface OpenCommandsParts {
  readonly view: BoardView;
  readonly commands: readonly Command<BoardView>[];
}

/** Runs the commands of a board, and lets the console give them what is typed. */
export function openCommands({ view, commands }: OpenCommandsParts): Commander<BoardView> {
  const commander = new Commander({
    commands,
    view,
    secretIn: (line) => Math.min(secretIn(line), passwordIn(line)),
  });
  view.console.use(commander);
  return commander;
}
