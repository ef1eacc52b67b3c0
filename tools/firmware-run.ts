// SPDX-License-Identifier: MIT

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { SimBoard } from "../hosts/sim/node/board/board.ts";
import { storePairs } from "../hosts/sim/node/board/pair-boards.ts";
import { StorageFile } from "../hosts/sim/node/board/storage-file.ts";
import { boardId } from "../hosts/sim/node/board-names.ts";
import { startBroker } from "../hosts/sim/node/broker/broker.ts";
import { ConsoleView } from "../hosts/sim/node/cli/console-view.ts";
import { bundleFirmware } from "../hosts/sim/node/engine/bundle.ts";
import { Simulation } from "../hosts/sim/node/simulation.ts";
import { countHeap, type HeapCount, without } from "./heap-census.ts";
import { HeapSnapshot } from "./heap-snapshot.ts";
import { TurnCosts } from "./turn-costs.ts";

/** Readings of the run, simulated at this speed, and those of an outage: the outbox is full then. */
const readings = 1_000;
const waiting = 80;
/** Published readings after which all sensors are found and it is connected. */
const settled = 40;
/** Published readings, after the peers have been heard, from which turns count: connecting and making keys come once. */
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

/** What the portal of a board takes. */
export interface PortalCount {
  readonly closed: HeapCount;
  readonly open: HeapCount;
  /** Compute units of the dearest turn while the page was asked for. */
  readonly units: number;
}

type Event = "boot" | "publish";

/** One board on XS, with peers that publish as fast as it does. */
class FirmwareRunner {
  readonly #folder = mkdtempSync(join(tmpdir(), "airpair-firmware-"));
  readonly #peers: number;
  readonly #seen: Record<Event, number> = { boot: 0, publish: 0 };
  /** Peers of which it has had a reading. */
  readonly #heard = new Set<string>();
  /** Readings published since it has heard them all. */
  #warm = 0;
  readonly #steps: Step[] = [];
  readonly #turns = new TurnCosts();
  /** Address of the portal's page, once it is open. */
  #page = "";
  /** Dearest turn while that is asked for; undefined: it is not. */
  #pageUnits: number | undefined;
  readonly #options: FirmwareRunOptions;
  #onSeen: () => void = () => {};
  #onFailed: (error: Error) => void = () => {};

  constructor(options: FirmwareRunOptions, peers: number) {
    this.#options = options;
    this.#peers = peers;
  }

  /** Making a pair comes once in the life of a board, and is not what is measured. */
  #pair(): void {
    const own = new StorageFile(join(this.#folder, measured));
    const peers = Array.from({ length: this.#peers }, (_, index) => ({
      name: boardId("board", index + 1),
      secret: new Uint8Array(32).fill(7 + index),
    }));
    if (peers.length > 0)
      storePairs(
        own,
        peers.map((peer) => ({ ...peer, isInitiator: false })),
      );
    for (const [index, { name, secret }] of peers.entries()) {
      const pairs = [{ name: measured, secret, isInitiator: true }];
      // Two boards that stand beside each other are paired at the start, unless they are already.
      const other = boardId("board", (index + 1) ^ 1);
      if (other !== measured) {
        pairs.push({
          name: other,
          secret: new Uint8Array(32).fill(99),
          isInitiator: index % 2 === 0,
        });
      }
      storePairs(new StorageFile(join(this.#folder, name)), pairs);
    }
  }

  run(): Promise<FirmwareRun> {
    return this.with(async (simulation, goAway) => {
      const outage = await this.#measure(simulation, goAway);
      return { steps: this.#steps, outage, turns: this.#turns };
    });
  }

  /** What a board without a peer takes while its portal is open and its page has been looked at. */
  countPortal(): Promise<PortalCount> {
    return this.with(async (simulation) => {
      await simulation.start();
      const board = this.#boardOf(simulation);
      const base = await this.#heapOf("load", board);
      await this.#until("publish", settled);
      const closed = await this.#leastOf("closed", 20, board);
      board.type("portal on\n");
      while (this.#page === "") await this.#until("publish", this.#seen.publish + 1);
      this.#pageUnits = 0;
      const { status } = await fetch(this.#page);
      const units = this.#pageUnits;
      this.#pageUnits = undefined;
      if (status !== 200) throw new Error(`the portal answers ${status}`);
      const open = await this.#leastOf("open", 20, board);
      return {
        closed: without(closed.heap, base.heap),
        open: without(open.heap, base.heap),
        units,
      };
    });
  }

  /** What the firmware takes once it has heard all of its peers. */
  count(): Promise<HeapCount> {
    return this.with(async (simulation) => {
      await simulation.start();
      const board = this.#boardOf(simulation);
      const base = await this.#heapOf("load", board);
      await this.#until("publish", settled);
      while (this.#heard.size < this.#peers) await this.#until("publish", this.#seen.publish + 1);
      return without((await this.#leastOf("heard", 20, board)).heap, base.heap);
    });
  }

  private async with<Result>(
    body: (simulation: Simulation, goAway: () => Promise<void>) => Promise<Result>,
  ): Promise<Result> {
    const broker = await startBroker(18_830);
    this.#pair();
    const simulation = new Simulation({
      options: {
        boards: 1 + this.#peers,
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
        if (board === measured && this.#pageUnits !== undefined)
          this.#pageUnits = Math.max(this.#pageUnits, compute);
        if (board === measured && this.#warm > warmUp) this.#turns.add(compute, command);
      },
    });
    const failed = new Promise<never>((_, fail) => {
      this.#onFailed = fail;
    });
    const timer = setTimeout(() => {
      this.#onFailed(new Error(`no end after ${limit / 1000} s`));
    }, limit);
    try {
      const result = await Promise.race([body(simulation, () => broker.close()), failed]);
      await simulation.stop();
      return result;
    } finally {
      clearTimeout(timer);
      simulation.kill();
      await broker.close();
      rmSync(this.#folder, { recursive: true });
    }
  }

  #boardOf(simulation: Simulation): SimBoard {
    const board = simulation.boards.find(({ id }) => id === measured);
    if (!board) throw new Error("there is no board");
    return board;
  }

  /**
   * The least of several moments: a message that is on its way is no growth. They are spread over
   * the second between two readings, or all would find the same sensor at its work.
   */
  async #leastOf(name: string, moments: number, board: SimBoard): Promise<Step> {
    let least = await this.#heapOf(name, board);
    for (let moment = 1; moment < moments; moment++) {
      await this.#until("publish", this.#seen.publish + 1);
      await pause((moment * 1_000) / moments / speed);
      const one = await this.#heapOf(name, board);
      if (one.slots < least.slots) least = one;
    }
    return least;
  }

  async #measure(simulation: Simulation, goAway: () => Promise<void>): Promise<Step> {
    await simulation.start();
    const board = this.#boardOf(simulation);
    const step = async (name: string, moments = 1) => {
      this.#steps.push(await this.#leastOf(name, moments, board));
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
    return await this.#leastOf(`broker away, ${waiting} more`, 40, board);
  }

  async #heapOf(name: string, board: SimBoard): Promise<Step> {
    const path = join(this.#folder, "heap");
    // Both are asked for at once, so that nothing comes between them.
    const [slots] = await Promise.all([board.livingSlots(), board.writeHeap(path)]);
    return { name, slots, heap: countHeap(new HeapSnapshot(readFileSync(path))) };
  }

  #onLine(line: string): void {
    const { board, part, event, partner, url } = JSON.parse(line) as Record<string, string>;
    if (board !== measured) return;
    if (part === "portal" && event === "open" && url !== undefined) this.#page = url;
    if (part === "peer" && event === "reading" && partner !== undefined) this.#heard.add(partner);
    if (event !== "publish" && event !== "boot") return;
    this.#seen[event]++;
    if (event === "publish" && this.#heard.size === this.#peers) this.#warm++;
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

/** Runs the whole firmware with one peer for 1,000 readings and counts. Rejects when a board crashes. */
export function runFirmware(options: FirmwareRunOptions = {}): Promise<FirmwareRun> {
  return new FirmwareRunner(options, 1).run();
}

/** What the whole firmware takes with so many peers, 0–8, all of which it hears. */
export function countWithPeers(peers: number): Promise<HeapCount> {
  return new FirmwareRunner({}, peers).count();
}

/** What the portal of a board without a peer takes. */
export function countPortal(): Promise<PortalCount> {
  return new FirmwareRunner({}, 0).countPortal();
}
