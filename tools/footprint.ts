// SPDX-License-Identifier: MIT

// npm run footprint: does the firmware fit the heap of a board, and does it leave time for others?
// Runs one board on XS with a partner that publishes as fast as it does, and counts the slots in
// use and the compute units of every turn of the loop. Modules lie in flash on a board (they are
// preloaded), so what the boot and the work add to them is what counts.

import { runFirmware, type Step } from "./firmware-run.ts";
import { millisecondsOf, type TurnCosts, turnBudget } from "./turn-costs.ts";

/** Slots of the XS heap on the SDK's esp32/nodemcu target. */
const budget = 4_928;

function fail(text: string): never {
  process.stderr.write(`footprint: ${text}\n`);
  process.exit(1);
}

function say(text: string): void {
  process.stdout.write(`measured: ${text}\n`);
}

function reportSlots(steps: readonly Step[], outage: Step): void {
  const base = steps[0]?.slots ?? 0;
  say(`slots in use on XS; a board has ${budget}`);
  for (const { name, slots } of [...steps, outage]) {
    const own = slots - base;
    const share = ((100 * own) / budget).toFixed(1);
    say(
      `${name.padEnd(24)} ${String(slots).padStart(6)}  +${String(own).padStart(5)}  ${share.padStart(5)} %`,
    );
  }
  const [before, after] = steps.slice(-2);
  if (!before || !after) fail("nothing was measured");
  const most = Math.max(after.slots, outage.slots) - base;
  if (most > budget) fail(`${most} slots are more than ${budget}`);
  if (after.slots !== before.slots) {
    fail(`the heap is not steady: ${after.slots - before.slots} slots more after ${after.name}`);
  }
}

function reportTurns(turns: TurnCosts): void {
  say(`compute units of a turn, and ms at 240 MHz as estimated; the budget is ${turnBudget} ms`);
  for (const { name, count, largest, typical } of turns.kinds) {
    const ms = [largest, typical].map((units) => millisecondsOf(units).toFixed(1));
    say(
      `${name.padEnd(24)} largest ${largest} (${ms[0]} ms), typical ${typical} (${ms[1]} ms), ${count} turns`,
    );
  }
  const { count, largest } = turns.several;
  say(`several events at once   largest ${largest}, ${count} turns`);
  if (turns.kinds.length < 3) fail("hardly any turn was measured");
  const longest = millisecondsOf(turns.largest);
  if (longest > turnBudget) fail(`a turn takes ${longest.toFixed(1)} ms, not ${turnBudget}`);
}

const { steps, outage, turns } = await runFirmware().catch((error) => fail(String(error)));
reportSlots(steps, outage);
reportTurns(turns);
process.exit(0);
