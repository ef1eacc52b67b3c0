// SPDX-License-Identifier: MIT

import { boardId } from "../board-names.ts";
import type { Simulation } from "../simulation.ts";
import { ConsoleView } from "./console-view.ts";
import { helpText, parseOptions, type StartOptions } from "./options.ts";
import { OwnUpdate } from "./own-update.ts";
import { startsPage } from "./page-process.ts";
import { reports } from "./report/fleet-report.ts";
import { runSimulation } from "./run-simulation.ts";
import { startCli } from "./start-cli.ts";
import { hasScreen, lendTerminal, screenSize } from "./terminal.ts";

function wantsColour(): boolean {
  return process.stdout.isTTY === true && (process.env.NO_COLOR ?? "") === "";
}

function namesOf({ boards, id }: StartOptions): string[] {
  return Array.from({ length: boards }, (_, index) => boardId(id, index));
}

function titleOf({ boards, engine, speed }: StartOptions): string {
  const count = boards === 1 ? "1 board" : `${boards} boards`;
  const fast = speed === 1 ? "" : `, ${speed} times as fast as real time`;
  return `${count} on ${engine === "xs" ? "the XS engine" : "Node"}${fast}`;
}

/** Lines, for a file, a pipe, or whoever wants them. */
function runLines(options: StartOptions, update: OwnUpdate | undefined): Promise<number> {
  const view = new ConsoleView({
    write: (text) => process.stdout.write(text),
    json: options.json,
    colour: wantsColour(),
    repeats: options.settings?.["log.level"] === "debug",
    boards: namesOf(options),
  });
  const page = startsPage(view, options);
  const watching = update?.watch(page.view) ?? page.view;
  const onStarted = (simulation: Simulation) => {
    page.use(simulation);
    update?.use(simulation);
  };
  if (!options.report) return runSimulation({ options, view: watching, onStarted });
  return runSimulation({ options, ...reports(watching, options), onStarted });
}

/** A table that stays, and keys. */
async function runScreen(options: StartOptions, update: OwnUpdate | undefined): Promise<number> {
  const { FleetScreen } = await import("./screen/fleet-screen.ts");
  const screen = new FleetScreen({
    write: (text) => process.stdout.write(text),
    size: screenSize,
    boards: namesOf(options),
    title: titleOf(options),
    speed: options.speed,
    // As a signal: the second one ends what will not end.
    onQuit: () => process.emit("SIGINT") || process.exit(130),
  });
  const page = startsPage(screen, options);
  const giveBack = lendTerminal(screen);
  screen.draw();
  try {
    return await runSimulation({
      // What is stored must not make the boards silent: the table is what they say.
      options: { ...options, settings: { "log.level": "info", ...options.settings } },
      view: update?.watch(page.view) ?? page.view,
      onStarted: (simulation) => {
        screen.use(simulation);
        page.use(simulation);
        update?.use(simulation);
      },
    });
  } finally {
    giveBack();
  }
}

/** Boards that say only what is wrong have nothing for a table. */
function isQuiet({ settings }: StartOptions): boolean {
  return ["error", "warn"].includes(settings?.["log.level"] ?? "");
}

async function run(given: StartOptions): Promise<number> {
  const update = given.update ? await OwnUpdate.serve() : undefined;
  const options = { ...given, settings: { ...given.settings, ...update?.settings } };
  const wantsLines = options.plain || options.json || options.report || isQuiet(options);
  const isScreen = !wantsLines && hasScreen();
  try {
    return await (isScreen ? runScreen(options, update) : runLines(options, update));
  } finally {
    update?.close();
  }
}

await startCli({ parse: parseOptions, helpText, run });
