// SPDX-License-Identifier: MIT

import { frozen } from "../../base/frozen.ts";
import type { Command } from "../../console/command.ts";
import { CommandError, UsageError } from "../../console/command-error.ts";
import { indexBehind } from "../../console/command-words.ts";
import { inspect, inspectThrown } from "../../console/inspect.ts";
import type { BoardView } from "./board-view.ts";
import { jsScope, scopeHelp } from "./js-scope.ts";

/** The `js` command: evaluates an expression, where the host can. */
export const jsCommand: Command<BoardView> = frozen({
  name: "js",
  help: "evaluates JavaScript, in the simulator and in builds with the option js",
  usage: "EXPRESSION",
  details: `shows the value of an expression, about 800 characters of it; one that does not end stops
the board, and Ctrl-C four times ends such a board in the simulator. It knows the language and
these names:
${scopeHelp}
for example: js readings.co2 > 1000 && mqtt.publish("window", "open")`,
  run: (words, view, line) => {
    if (words.length === 0) throw new UsageError("js needs an expression");
    const { evaluate } = view.host.system;
    if (!evaluate) {
      throw new CommandError({
        code: "js/absent",
        what: "this build has no JavaScript parser",
        todo: "the simulator has one, and a build with the option js",
      });
    }
    const value = attempt(() => evaluate(line.slice(indexBehind(line, 1)), { ...jsScope(view) }));
    return inspect(value);
  },
});

function attempt(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    throw new CommandError({ code: "js/thrown", what: inspectThrown(error) });
  }
}
