// SPDX-License-Identifier: MIT

// npm run footprint: does the firmware fit the heap of a board? Runs one board on XS with a partner
// that publishes as fast as it does, and counts the slots in use. Modules lie in flash on a board
// (they are preloaded), so what the boot and the work add to them is what counts.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startBroker } from "../hosts/sim/node/broker.ts";
import { bundleFirmware } from "../hosts/sim/node/bundle.ts";
import { ConsoleView } from "../hosts/sim/node/console-view.ts";
import { Simulation } from "../hosts/sim/node/simulation.ts";

/** Slots of the XS heap on the SDK's esp32/nodemcu target. */
const budget = 4_928;
/** Readings of the long run, simulated at this speed. */
const readings = 1_000;
const speed = 50;
/** The whole run ends after this time, ms. */
const limit = 120_000;

interface Step {
  readonly name: string;
  readonly slots: number;
}

async function measure(): Promise<Step[]> {
  const folder = mkdtempSync(join(tmpdir(), "airpair-footprint-"));
  const broker = await startBroker(18_830);
  const steps: Step[] = [];
  const seen = { boot: 0, publish: 0 };
  let onSeen = () => {};
  const write = (line: string) => {
    const { board, event } = JSON.parse(line) as { board?: string; event?: string };
    if (board !== "board-a" || (event !== "publish" && event !== "boot")) return;
    seen[event]++;
    onSeen();
  };
  const view = new ConsoleView({ write, json: true, colour: false, boards: [] });
  const simulation = new Simulation({
    options: {
      boards: 2,
      broker: new URL(`mqtt://127.0.0.1:${broker.port}`),
      engine: "xs",
      speed,
      duration: undefined,
      seed: 1,
      json: true,
    },
    view,
    source: await bundleFirmware(),
    folder,
    onAllCrashed: () => fail("the boards have crashed"),
  });
  const timer = setTimeout(() => fail(`no end after ${limit / 1000} s`), limit);
  const until = (event: keyof typeof seen, count: number) =>
    new Promise<void>((resolve) => {
      onSeen = () => {
        if (seen[event] >= count) resolve();
      };
      onSeen();
    });
  await simulation.start();
  const [board] = simulation.boards;
  if (!board) fail("there is no board");
  // The least of several moments: a message that is on its way is no growth.
  const step = async (name: string, moments = 1) => {
    let slots = await board.livingSlots();
    for (let moment = 1; moment < moments; moment++) {
      await until("publish", seen.publish + 1);
      slots = Math.min(slots, await board.livingSlots());
    }
    steps.push({ name, slots });
  };
  // Asked for before the boot, which waits until the bundle has been loaded.
  await step("load");
  await until("boot", 1);
  await step("boot");
  await until("publish", 20);
  await step("connected, 20 readings", 20);
  await until("publish", readings);
  await step(`${readings} readings`, 20);
  clearTimeout(timer);
  await simulation.stop();
  await broker.close();
  rmSync(folder, { recursive: true });
  return steps;
}

function fail(text: string): never {
  process.stderr.write(`footprint: ${text}\n`);
  process.exit(1);
}

function report(steps: readonly Step[]): void {
  const base = steps[0]?.slots ?? 0;
  process.stdout.write(`measured: slots in use on XS; a board has ${budget}\n`);
  for (const { name, slots } of steps) {
    const own = slots - base;
    const share = ((100 * own) / budget).toFixed(1);
    process.stdout.write(
      `measured: ${name.padEnd(24)} ${String(slots).padStart(6)}  +${String(own).padStart(5)}  ${share.padStart(5)} %\n`,
    );
  }
  const [before, after] = steps.slice(-2);
  if (!before || !after) fail("nothing was measured");
  if (after.slots - base > budget) fail(`${after.slots - base} slots are more than ${budget}`);
  if (after.slots !== before.slots) {
    fail(
      `the heap is not steady: ${after.slots - before.slots} slots more after ${readings} readings`,
    );
  }
}

report(await measure());
process.exit(0);
