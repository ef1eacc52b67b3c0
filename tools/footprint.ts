// SPDX-License-Identifier: MIT

// npm run footprint: does the firmware fit the heap of a board, and does it leave time for others?
// Runs one board on XS with a partner that publishes as fast as it does, and counts the slots in
// use and the compute units of every turn of the loop. Modules lie in flash on a board (they are
// preloaded), so what the boot and the work add to them is what counts.

import { readFileSync, writeFileSync } from "node:fs";
import { countPortal, countWithPeers, runFirmware, type Step } from "./firmware-run.ts";
import { countPairingFlash } from "./flash-size.ts";
import { rowsThatDiffer, updateDocument } from "./footprint-document.ts";
import { type HeapCount, without } from "./heap-census.ts";
import { platformSettings, startServers } from "./platform-servers.ts";
import { countTLSSlots } from "./tls-slots.ts";
import { readToolOptions } from "./tool-options.ts";
import { millisecondsOf, type TurnCosts, turnBudget } from "./turn-costs.ts";

const documentPath = "docs/footprint.md";
const { option } = readToolOptions({
  command: "npm run footprint",
  purpose: `Runs the firmware on XS and counts whether it fits the heap of a board and leaves time for others;
fails when it does not, or when ${documentPath} says something else.`,
  options: {
    write: `writes ${documentPath}`,
    platform: "only a board with its own broker, a webhook and a platform, all over TLS",
  },
});

/** Slots of the XS heap on the SDK's esp32/nodemcu target. */
const budget = 4_096;
/** What a connection over TLS takes, see docs/footprint.md. */
const tlsSlots = await countTLSSlots();
/**
 * More than so many slots on a board, counted as docs/footprint.md says, is a failure: what it was
 * when it was last looked at, and a twentieth.
 */
const limits = { online: 2_500, outage: 2_310, eightPeers: 3_320, portal: 2_500 } as const;
/** Slots that a run may hold more at its end than at its start: a sensor at its work, no growth in 1,000 readings. */
const wobble = 12;
/** Compute units of the dearest turn while somebody looks at the portal's page: it is made in one. */
const pageBudget = 60_000;

function fail(text: string): never {
  process.stderr.write(`footprint: ${text}\n`);
  process.exit(1);
}

function say(text: string): void {
  process.stdout.write(`measured: ${text}\n`);
}

/** Slots of a step above the loaded modules, which a board has in flash. */
function countOf(step: Step, base: Step): HeapCount {
  return without(step.heap, base.heap);
}

/** What a board has in use then, with TLS. */
function onBoard({ slots, stripped }: HeapCount): number {
  return slots - stripped + tlsSlots;
}

async function reportSlots(steps: readonly Step[], outage: Step): Promise<void> {
  const [base] = steps;
  const [before, after] = steps.slice(-2);
  if (!base || !before || !after) fail("nothing was measured");
  say(
    `as counted before: ${after.slots - base.slots} slots, ${outage.slots - base.slots} in an outage`,
  );
  say(`slots on XS beyond the loaded modules; on a board without names of functions, with TLS`);
  for (const step of [...steps, outage]) {
    const count = countOf(step, base);
    const text = [count.slots, -count.stripped, tlsSlots, onBoard(count)].map((number) =>
      String(number).padStart(6),
    );
    say(`${step.name.padEnd(24)} ${text[0]} ${text[1]} +${text[2]} = ${text[3]} of ${budget}`);
  }
  const online = onBoard(countOf(after, base));
  const away = onBoard(countOf(outage, base));
  if (online > limits.online) fail(`${online} slots are more than ${limits.online}`);
  if (away > limits.outage) fail(`${away} slots in an outage are more than ${limits.outage}`);
  if (after.slots - before.slots > wobble) {
    fail(`the heap is not steady: ${after.slots - before.slots} slots more after ${after.name}`);
  }
  const portal = await countPortal();
  const peers = [
    { name: "none", count: portal.closed },
    { name: "one", count: countOf(after, base) },
    { name: "eight", count: await countWithPeers(8) },
  ];
  for (const { name, count } of peers) {
    say(`${name.padEnd(5)} of eight peers: ${onBoard(count)} of ${budget} slots on a board`);
  }
  const open = onBoard(portal.open);
  const ms = millisecondsOf(portal.units).toFixed(0);
  say(`portal open, without peers: ${open} of ${budget} slots on a board`);
  say(`its page takes the loop for ${portal.units} units, ${ms} ms`);
  if (open > limits.portal) fail(`${open} slots with the portal are more than ${limits.portal}`);
  if (portal.units > pageBudget)
    fail(`a page takes ${portal.units} units, more than ${pageBudget}`);
  const eight = onBoard(peers[2]?.count ?? countOf(after, base));
  if (eight > limits.eightPeers)
    fail(`${eight} slots with eight peers are more than ${limits.eightPeers}`);
  const document = updateDocument(readFileSync(documentPath, "utf8"), {
    online: countOf(after, base),
    outage: countOf(outage, base),
    tlsSlots,
    peers,
    portal,
    flash: await countPairingFlash(),
  });
  if (option === "write") return writeFileSync(documentPath, document);
  const differing = rowsThatDiffer(readFileSync(documentPath, "utf8"), document);
  if (differing.length > 0) {
    fail(`${documentPath} says something else: npm run footprint -- --write
${differing.map((row) => `  ${row}`).join("\n")}`);
  }
}

function reportTurns(turns: TurnCosts): void {
  say(`compute units of a turn, and ms at 240 MHz as estimated; at most ${turnBudget} units`);
  for (const { name, count, largest, typical } of turns.kinds) {
    const ms = [largest, typical].map((units) => millisecondsOf(units).toFixed(1));
    say(
      `${name.padEnd(24)} largest ${largest} (${ms[0]} ms), typical ${typical} (${ms[1]} ms), ${count} turns`,
    );
  }
  const { count, largest } = turns.several;
  say(`several events at once   largest ${largest}, ${count} turns`);
  // On a busy PC most turns have several events.
  if (turns.kinds.reduce((sum, kind) => sum + kind.count, 0) < 500)
    fail("hardly any turn was measured");
  const { largest: longest } = turns;
  if (longest > turnBudget) fail(`a turn takes ${longest} units, which is more than ${turnBudget}`);
}

/** A shorter run: what is looked for is what these parts hold, not whether the heap grows. */
async function reportPlatform(): Promise<void> {
  const servers = await startServers();
  const settings = platformSettings(servers);
  const { steps, outage } = await runFirmware({ settings, readings: 100 });
  await servers.close();
  const [base] = steps;
  const last = steps.at(-1);
  if (!base || !last) fail("nothing was measured");
  if (servers.readings < 3 || servers.requests < 3) fail("platform or webhook got no readings");
  const connections = 3;
  for (const step of [last, outage]) {
    const { slots, stripped } = countOf(step, base);
    const all = slots - stripped + connections * tlsSlots;
    const text = `${slots} - ${stripped} + ${connections} x ${tlsSlots} = ${all} of ${budget}`;
    say(`own broker, webhook and platform over TLS, ${step.name}: ${text}`);
    if (all > budget) fail(`${all} slots are more than ${budget}`);
  }
}

if (option === "platform") {
  await reportPlatform().catch((error) => fail(String(error)));
  process.exit(0);
}
const { steps, outage, turns } = await runFirmware().catch((error) => fail(String(error)));
reportTurns(turns);
await reportSlots(steps, outage);
process.exit(0);
