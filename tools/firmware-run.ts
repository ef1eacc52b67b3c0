// SPDX-License-Identifier: MIT

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SimBoard } from "../hosts/sim/node/board/board.ts";
import { storePair } from "../hosts/sim/node/board/pair-boards.ts";
import { StorageFile } from "../hosts/sim/node/board/storage-file.ts";
import { startBroker } from "../hosts/sim/node/broker/broker.ts";
import { ConsoleView } from "../hosts/sim/node/cli/console-view.ts";
import { bundleFirmware } from "../hosts/sim/node/engine/bundle.ts";
import { Simulation } from "../hosts/sim/node/simulation.ts";
import { countHeap, type HeapCount } from "./heap-census.ts";
import { HeapSnapshot } from "./heap-snapshot.ts";
import { TurnCosts } from "./turn-costs.ts";

/** Readings of the run, simulated at this speed, and those of an outage: the outbox is full then. */
const readings = 1_000;
const waiting = 80;
/** Published readings after which a board has made its keys with the peer. */
const warmUp = 10;
const speed = 50;
/** The whole run ends after this time, ms. */
const limit = 300_000;
/** The board that is measured; the other is its partner. */
const measured = "board-a";

/** Slots in use at some moment. */
export interface Step {
  readonly name: string;
  readonly slots: number;
  /** What is alive, by classes. */
  readonly heap: HeapCount;
}

export interface FirmwareRun {
  /** After loading, booting, a few readings, all readings. */
  readonly steps: readonly Step[];
  /** When the broker has been away so long that the outbox is full. */
  readonly outage: Step;
  readonly turns: TurnCosts;
}

export interface FirmwareRunOptions {
  /** Settings of both boards beside the usual ones. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Readings of the run; default 1,000. */
  readonly readings?: number;
}

type Event = "boot" | "publish";

/** One board on XS whose partner publishes as fast as it does. */
class FirmwareRunner {
  readonly #folder = mkdtempSync(join(tmpdir(), "airpair-firmware-"));
  readonly #seen: Record<Event, number> = { boot: 0, publish: 0 };
  readonly #steps: Step[] = [];
  readonly #turns = new TurnCosts();
  readonly #options: FirmwareRunOptions;
  #onSeen: () => void = () => {};
  #onFailed: (error: Error) => void = () => {};

  constructor(options: FirmwareRunOptions) {
    this.#options = options;
  }

  /** Making a pair comes once in the life of a board, and is not what is measured. */
  #pair(): void {
    const secret = new Uint8Array(32).fill(7);
    for (const [own, name] of [
      ["board-a", "board-b"],
      ["board-b", "board-a"],
    ] as const) {
      const storage = new StorageFile(join(this.#folder, own));
      storePair(storage, { name, secret, isInitiator: own === "board-b" });
    }
  }

  async run(): Promise<FirmwareRun> {
    const broker = await startBroker(18_830);
    this.#pair();
    const simulation = new Simulation({
      options: {
        boards: 2,
        id: "board",
        broker: new URL(`mqtt://127.0.0.1:${broker.port}`),
        engine: "xs",
        speed,
        duration: undefined,
        seed: 1,
        json: true,
        ...(this.#options.settings && { settings: this.#options.settings }),
      },
      view: new ConsoleView({
        write: (line) => this.#onLine(line),
        json: true,
        repeats: true,
        colour: false,
        boards: [],
      }),
      firmware: await bundleFirmware(),
      folder: this.#folder,
      onAllCrashed: () => this.#onFailed(new Error("the boards have crashed")),
      onTurn: (board, { compute }, command) => {
        // Booting, connecting and making keys with the peer come once; then the loop begins.
        if (board === measured && this.#seen.publish > warmUp) this.#turns.add(compute, command);
      },
    });
    const failed = new Promise<never>((_, fail) => {
      this.#onFailed = fail;
    });
    const timer = setTimeout(() => {
      this.#onFailed(new Error(`no end after ${limit / 1000} s`));
    }, limit);
    try {
      const goAway = () => broker.close();
      const outage = await Promise.race([this.#measure(simulation, goAway), failed]);
      await simulation.stop();
      return { steps: this.#steps, outage, turns: this.#turns };
    } finally {
      clearTimeout(timer);
      simulation.kill();
      await broker.close();
      rmSync(this.#folder, { recursive: true });
    }
  }

  async #measure(simulation: Simulation, goAway: () => Promise<void>): Promise<Step> {
    await simulation.start();
    const board = simulation.boards.find(({ id }) => id === measured);
    if (!board) throw new Error("there is no board");
    // The least of several moments: a message that is on its way is no growth.
    const leastOf = async (name: string, moments: number) => {
      let least = await this.count(name, board);
      for (let moment = 1; moment < moments; moment++) {
        await this.#until("publish", this.#seen.publish + 1);
        const one = await this.count(name, board);
        if (one.slots < least.slots) least = one;
      }
      return least;
    };
    const step = async (name: string, moments = 1) => {
      this.#steps.push(await leastOf(name, moments));
    };
    // Asked for before the boot, which waits until the bundle has been loaded.
    await step("load");
    await this.#until("boot", 1);
    await step("boot");
    await this.#until("publish", 20);
    await step("connected, 20 readings", 20);
    const { readings: wanted = readings } = this.#options;
    await this.#until("publish", wanted);
    await step(`${wanted} readings`, 20);
    await goAway();
    await this.#until("publish", this.#seen.publish + waiting);
    // An attempt to connect may be on its way.
    return await leastOf(`broker away, ${waiting} more`, 20);
  }

  private async count(name: string, board: SimBoard): Promise<Step> {
    const path = join(this.#folder, "heap");
    // Both are asked for at once, so that nothing comes between them.
    const [slots] = await Promise.all([board.livingSlots(), board.writeHeap(path)]);
    return { name, slots, heap: countHeap(new HeapSnapshot(readFileSync(path))) };
  }

  #onLine(line: string): void {
    const { board, event } = JSON.parse(line) as { board?: string; event?: string };
    if (board !== measured || (event !== "publish" && event !== "boot")) return;
    this.#seen[event]++;
    this.#onSeen();
  }

  #until(event: Event, count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#onSeen = () => {
        if (this.#seen[event] >= count) resolve();
      };
      this.#onSeen();
    });
  }
}

/** Runs the whole firmware for 1,000 readings and counts. Rejects when a board crashes. */
export function runFirmware(options: FirmwareRunOptions = {}): Promise<FirmwareRun> {
  return new FirmwareRunner(options).run();
}
