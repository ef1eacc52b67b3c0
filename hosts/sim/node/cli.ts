// SPDX-License-Identifier: MIT

import { accessSync, constants, mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { bundleFirmware } from "./bundle.ts";
import { ConsoleView } from "./console-view.ts";
import { boardId } from "./fleet.ts";
import { OptionError } from "./option-error.ts";
import { helpText, parseOptions, type SimOptions } from "./options.ts";
import { Simulation } from "./simulation.ts";

/** The goodbyes and the broker have so long, ms; then the process ends all the same. */
const stopLimit = 1_900;

function wantsColour(): boolean {
  return process.stdout.isTTY === true && (process.env.NO_COLOR ?? "") === "";
}

/** Where the boards keep their storage; throws when nothing can be written there. */
function storageFolder(): string {
  const folder = resolve(".airpair");
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return folder;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`the boards cannot keep their storage in ${folder} (${why})`);
  }
}

/** Runs until stopped and returns the exit code: 0, or 1 when every board has crashed. */
async function run(options: SimOptions): Promise<number> {
  const view = new ConsoleView({
    write: (text) => process.stdout.write(text),
    json: options.json,
    colour: wantsColour(),
    boards: Array.from({ length: options.boards }, (_, index) => boardId(index)),
  });
  const source = await bundleFirmware();
  let finish: (code: number) => void = () => {};
  const finished = new Promise<number>((done) => {
    finish = done;
  });
  const simulation = new Simulation({
    options,
    view,
    source,
    folder: storageFolder(),
    onAllCrashed: () => finish(1),
  });
  // Whoever read our output has gone, as in `npm start | head`.
  process.stdout.on("error", () => finish(0));
  let interrupts = 0;
  const interrupt = () => {
    if (++interrupts > 1) {
      simulation.kill();
      process.exit(130);
    }
    finish(0);
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  await simulation.start();
  if (options.duration !== undefined) setTimeout(() => finish(0), options.duration);
  const code = await finished;
  setTimeout(() => {
    simulation.kill();
    process.exit(code);
  }, stopLimit);
  await simulation.stop();
  view.say("stop", "Stopped.");
  return code;
}

/** Reads the command line and runs; a user's mistake is one line on stderr and exit code 2. */
async function start(): Promise<void> {
  try {
    const options = parseOptions(process.argv.slice(2));
    if (options === "help") process.stdout.write(helpText);
    else process.exit(await run(options));
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    process.stderr.write(`airpair: ${text}\n`);
    process.exit(error instanceof OptionError ? 2 : 1);
  }
}

await start();
