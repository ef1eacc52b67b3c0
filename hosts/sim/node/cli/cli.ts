// SPDX-License-Identifier: MIT

import { boardId } from "../board-names.ts";
import type { SimOptions } from "../sim-options.ts";
import { ConsoleView } from "./console-view.ts";
import { helpText, parseOptions } from "./options.ts";
import { runSimulation } from "./run-simulation.ts";
import { startCli } from "./start-cli.ts";

function wantsColour(): boolean {
  return process.stdout.isTTY === true && (process.env.NO_COLOR ?? "") === "";
}

function run(options: SimOptions): Promise<number> {
  const view = new ConsoleView({
    write: (text) => process.stdout.write(text),
    json: options.json,
    colour: wantsColour(),
    boards: Array.from({ length: options.boards }, (_, index) => boardId(options.id, index)),
  });
  return runSimulation({ options, view });
}

await startCli({ parse: parseOptions, helpText, run });
