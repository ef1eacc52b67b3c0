// SPDX-License-Identifier: MIT

import { accessSync, constants, mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { loadFirmware } from "../engine/firmware-cache.ts";
import type { Program } from "../engine/machine.ts";
import { isLarge, type SimOptions } from "../sim-options.ts";
import { Simulation, type SimulationOptions } from "../simulation.ts";

export interface RunSimulationOptions {
  readonly options: SimOptions;
  readonly view: SimulationOptions["view"];
  readonly sole?: SimulationOptions["sole"];
  readonly onBroker?: SimulationOptions["onBroker"];
  /** It is to end; the boards go on until the promise settles. */
  readonly onFinish?: (() => Promise<void>) | undefined;
  /** All boards are running; `finish` ends them, with that exit code. */
  readonly onStarted?: (simulation: Simulation, finish: (code: number) => void) => void;
}

/** The goodbyes and the broker have so long, ms; then the process ends all the same. */
const stopLimit = 1_900;
/** The same for boards that are too many to be shown. */
const longStopLimit = 15_000;

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

/** The firmware, with the program that is asked for. */
async function firmwareFor({ example }: SimOptions): Promise<Program> {
  if (example === undefined) return await loadFirmware();
  const { bundleExample, endBundler } = await import("../engine/bundle.ts");
  try {
    return await bundleExample(example);
  } finally {
    endBundler();
  }
}

/** Runs until stopped and returns the exit code: 0, or 1 when every board has crashed. */
export async function runSimulation(run: RunSimulationOptions): Promise<number> {
  const { options, view, sole, onStarted, onBroker, onFinish } = run;
  const firmware = await firmwareFor(options);
  let finish: (code: number) => void = () => {};
  const finished = new Promise<number>((done) => {
    finish = done;
  });
  const simulation = new Simulation({
    options,
    view,
    sole,
    firmware,
    folder: storageFolder(),
    onBroker,
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
  // SIGHUP: the terminal has been closed. An engine in an endless loop would go on without us.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, interrupt);
  await simulation.start();
  onStarted?.(simulation, finish);
  if (options.duration !== undefined) setTimeout(() => finish(0), options.duration);
  const code = await finished;
  await onFinish?.();
  setTimeout(
    () => {
      simulation.kill();
      process.exit(code);
    },
    isLarge(options) ? longStopLimit : stopLimit,
  );
  await simulation.stop();
  view.say("stop", "Stopped.");
  return code;
}
