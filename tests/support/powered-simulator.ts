// SPDX-License-Identifier: MIT

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { SimBoard } from "../../hosts/sim/node/board/board.ts";
import { furnishStorage } from "../../hosts/sim/node/board/furnish-storage.ts";
import { StorageFile } from "../../hosts/sim/node/board/storage-file.ts";
import { createHardware, type SimHardware } from "../../hosts/sim/node/board/virtual-hardware.ts";
import { macOf } from "../../hosts/sim/node/board-names.ts";
import { loadFirmware } from "../../hosts/sim/node/engine/firmware-cache.ts";
import type { Program } from "../../hosts/sim/node/engine/machine.ts";
import { SimClock } from "../../hosts/sim/node/engine/sim-clock.ts";
import { labNetwork } from "../../hosts/virtual/access-points.ts";
import type { SimEvent } from "./simulator.ts";

/** At which write of a domain the power goes, and whether it is carried out before. */
export interface Cut {
  /** 0 is the next. */
  readonly write: number;
  readonly isWritten: boolean;
}

/** Files of a board that cut its power at one of the writes of pairing. */
class CuttingFiles extends StorageFile {
  cut: Cut | undefined;
  /** Writes of pairing so far. */
  writes = 0;
  onCut: () => void = () => {};

  override write(domain: string, key: string, value: Uint8Array): void {
    this.around(domain, () => super.write(domain, key, value));
  }

  override delete(domain: string, key: string): void {
    this.around(domain, () => super.delete(domain, key));
  }

  private around(domain: string, action: () => void): void {
    const { cut } = this;
    const isCut = domain === "pairing" && cut?.write === 0;
    if (!isCut || cut.isWritten) action();
    if (domain !== "pairing") return;
    this.writes++;
    if (!cut) return;
    this.cut = isCut ? undefined : { ...cut, write: cut.write - 1 };
    if (!isCut) return;
    this.onCut();
    throw new Error("no power");
  }
}

export interface PoweredSimulatorOptions {
  /** Settings beside those that every board needs. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Simulated time runs so much faster. */
  readonly speed: number;
}

/** One board on XS with the whole firmware, whose power can go at a write; its storage stays. */
export class PoweredSimBoard {
  readonly id: string;
  readonly files: CuttingFiles;
  /** Since the test began. */
  readonly events: SimEvent[] = [];
  readonly #clock: SimClock;
  readonly #hardware: SimHardware;
  readonly #seed: number;
  readonly #firmware: Program;
  readonly #options: PoweredSimulatorOptions;
  #board: SimBoard | undefined;

  constructor(
    id: string,
    index: number,
    folder: string,
    firmware: Program,
    options: PoweredSimulatorOptions,
  ) {
    this.id = id;
    this.#seed = index + 1;
    this.#firmware = firmware;
    this.#options = options;
    this.#clock = new SimClock({ speed: options.speed });
    this.files = new CuttingFiles(join(folder, id));
    this.files.onCut = () => this.powerOff();
    furnishStorage(this.files);
    this.#hardware = createHardware({
      seed: this.#seed,
      MAC: macOf(id),
      clock: this.#clock,
      sensors: undefined,
    });
  }

  get isOn(): boolean {
    return this.#board !== undefined;
  }

  powerOn(): void {
    if (this.#board) return;
    this.#hardware.powerUp();
    this.#board = new SimBoard({
      id: this.id,
      firmware: this.#firmware,
      engine: "xs",
      clock: this.#clock,
      storage: this.files,
      hardware: this.#hardware,
      boot: {
        MAC: macOf(this.id),
        seed: this.#seed,
        settings: {
          "board.id": this.id,
          "wifi.ssid": labNetwork.SSID,
          "wifi.password": labNetwork.password,
          "console.format": "json",
          "console.echo": "off",
          ...this.#options.settings,
        },
      },
      onLine: (line) => this.events.push(JSON.parse(line) as SimEvent),
      onNotice: (text) => this.events.push({ part: "notice", event: "notice", text }),
      onCrash: (text) => this.events.push({ part: "notice", event: "crashed", text }),
    });
  }

  powerOff(): void {
    const board = this.#board;
    this.#board = undefined;
    board?.kill();
  }

  type(line: string): void {
    this.#board?.type(`${line}\n`);
  }

  /** The first event from index `from` on that `test` is true of; rejects after `limit` ms of the PC. */
  async until(test: (event: SimEvent) => boolean, from = 0, limit = 60_000): Promise<SimEvent> {
    const found = await this.seek(test, from, limit, () => false);
    if (found) return found;
    const last = this.events.slice(-12).map(({ text }) => text);
    throw new Error(`${this.id} has not shown what was waited for: ${last.join("; ")}`);
  }

  /** Types a line and returns the texts of its answer; "" when the power goes meanwhile. */
  async ask(line: string): Promise<string> {
    const from = this.events.length;
    const board = this.#board;
    this.type(line);
    const isAnswer = ({ part }: SimEvent) => part === "command";
    await this.seek(isAnswer, from, 60_000, () => this.#board !== board || !board);
    await pause(20);
    return this.events
      .slice(from)
      .filter(isAnswer)
      .map(({ text }) => text)
      .join("\n");
  }

  private async seek(
    test: (event: SimEvent) => boolean,
    from: number,
    limit: number,
    isInVain: () => boolean,
  ): Promise<SimEvent | undefined> {
    const end = performance.now() + limit;
    for (;;) {
      const found = this.events.slice(from).find(test);
      if (found || isInVain() || performance.now() > end) return found;
      await pause(5);
    }
  }
}

/** Two boards with a folder of their own. */
export class PoweredSimulator {
  readonly #folder: string;
  readonly boards: readonly PoweredSimBoard[];

  private constructor(folder: string, boards: readonly PoweredSimBoard[]) {
    this.#folder = folder;
    this.boards = boards;
  }

  static async create(options: PoweredSimulatorOptions): Promise<PoweredSimulator> {
    const folder = mkdtempSync(join(tmpdir(), "airpair-powered-"));
    const firmware = await loadFirmware();
    const boards = ["board-a", "board-b"].map((id, index) => {
      return new PoweredSimBoard(id, index, folder, firmware, options);
    });
    return new PoweredSimulator(folder, boards);
  }

  close(): void {
    for (const board of this.boards) board.powerOff();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
