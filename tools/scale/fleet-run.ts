// SPDX-License-Identifier: MIT

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import type { FleetTotals } from "../../hosts/sim/node/cli/report/fleet-count.ts";
import { nodeCommand } from "../../tests/support/test-process.ts";
import type { ScaleBroker } from "./scale-brokers.ts";

export interface FleetRunOptions {
  readonly broker: ScaleBroker;
  readonly boards: number;
  /** From the moment at which all have connected until they end, s. */
  readonly seconds: number;
  /** One of the brokers is killed in the middle. */
  readonly kills: boolean;
}

/** What `npm start` and the system say of one run. */
export interface FleetRun extends FleetTotals {
  /** Until all had connected, s. */
  readonly comes: number;
  /** Most that the process of the boards had, MB. */
  readonly memory: number;
  /** Of one core, percent, once all had connected. */
  readonly processor: number;
}

/** Longest wait until all boards have connected, and for the report after the end, ms. */
const comingLimit = 600_000;
const endLimit = 60_000;
/** Clock ticks of `/proc`, a second. */
const ticks = 100;

interface Event {
  readonly event?: string;
  readonly text?: string;
}

/** Runs a fleet by `npm start`; rejects when it does not come, or makes no report. */
export async function runFleet(options: FleetRunOptions): Promise<FleetRun> {
  const { broker, boards, seconds, kills } = options;
  const folder = mkdtempSync(join(tmpdir(), "airpair-scale-"));
  const [file, ...words] = nodeCommand("hosts/sim/node/cli/cli.ts");
  const size = ["--engine", "node", "--boards", String(boards), "--report", "--no-page", "--json"];
  const child = spawn(file, [...words, ...size, ...brokerWords(broker.addresses)], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const start = performance.now();
  const connected = new Set<unknown>();
  let comes: number | undefined;
  let totals: FleetTotals | undefined;
  const come = new Promise<void>((done, fail) => {
    const limit = setTimeout(() => fail(new Error("not all boards have connected")), comingLimit);
    createInterface({ input: child.stdout }).on("line", (line) => {
      const event = JSON.parse(line) as Event & { readonly board?: string };
      if (event.event === "online") connected.add(event.board);
      const all = /^All .* boards have connected/.test(event.text ?? "");
      if (comes === undefined && (all || connected.size === boards)) {
        comes = (performance.now() - start) / 1_000;
        clearTimeout(limit);
        done();
      }
      if (event.event === "totals") totals = event as unknown as FleetTotals;
    });
    child.once("exit", () => fail(new Error("the boards have ended")));
  });
  const ended = new Promise<void>((done) => child.once("close", () => done()));
  const pid = child.pid ?? 0;
  try {
    await come;
    const before = processorOf(pid);
    const begin = performance.now();
    await pause((seconds * 1_000) / 2);
    if (kills) await broker.killOne?.();
    await pause((seconds * 1_000) / 2);
    const span = (performance.now() - begin) / 1_000;
    const processor = ((processorOf(pid) - before) / span) * 100;
    const memory = memoryOf(pid);
    child.kill("SIGINT");
    const timer = setTimeout(() => child.kill("SIGKILL"), endLimit);
    await ended;
    clearTimeout(timer);
    if (!totals) throw new Error("there is no report");
    return { ...totals, comes: comes ?? Number.NaN, memory, processor };
  } finally {
    child.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One address as an option, several as a setting, with user and password beside them. */
function brokerWords(addresses: readonly string[]): string[] {
  const [first = ""] = addresses;
  if (addresses.length === 1) return ["--broker", first];
  const { username, password } = new URL(first);
  const bare = addresses.map((address) => `mqtt://${new URL(address).host}`);
  const settings = [`mqtt.broker=${bare.join(",")}`, `mqtt.user=${username}`];
  return [...settings, `mqtt.password=${password}`].flatMap((each) => ["--set", each]);
}

/** Processor time of a process so far, s; of Linux. */
function processorOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticks;
}

/** Most memory that a process has had, MB. */
function memoryOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+)/m.exec(text)?.[1]) / 1_024;
}
