// SPDX-License-Identifier: MIT

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { StorageFile } from "../../hosts/sim/node/board/storage-file.ts";
import { loadFirmware } from "../../hosts/sim/node/engine/firmware-cache.ts";
import { Simulation } from "../../hosts/sim/node/simulation.ts";
import { settingList } from "../../modules/app/setting-list.ts";
import type { KeyValueDomain } from "../../modules/ecma-419/key-value.ts";
import { Settings } from "../../modules/settings/settings.ts";

/** Boards on Node in an empty folder of their own, and what is said of all of them. */
export class SimulationBench {
  readonly folder = mkdtempSync(join(tmpdir(), "airpair-simulation-"));
  readonly said: { readonly event: string; readonly text: string }[] = [];
  readonly #waiting = new Set<() => void>();
  simulation: Simulation | undefined;

  readonly #onLine: (board: string, text: string) => void;

  constructor(t: TestContext, onLine: (board: string, text: string) => void = () => {}) {
    this.#onLine = onLine;
    t.after(async () => {
      await this.simulation?.stop();
      rmSync(this.folder, { recursive: true });
    });
  }

  /** Stores a setting as a board does. */
  store(board: string, name: string, value: string): void {
    const storage = new StorageFile(join(this.folder, board));
    const domain = {
      read: (key: string) => {
        const stored = storage.read("airpair", key);
        return stored && new Uint8Array(stored).buffer;
      },
      write: (key: string, bytes: Uint8Array) => storage.write("airpair", key, bytes),
      delete: (key: string) => storage.delete("airpair", key),
      [Symbol.iterator]: () => storage.list("airpair")[Symbol.iterator](),
    } as KeyValueDomain;
    new Settings({ list: settingList, store: domain, given: {} }).set(name, value);
  }

  async start(settings: Readonly<Record<string, string>> = {}, boards = 2): Promise<Simulation> {
    const simulation = new Simulation({
      options: {
        ...{ boards, id: "board", engine: "node", speed: 20, seed: 1, json: true, settings },
        ...{ broker: undefined, duration: undefined },
      },
      view: {
        line: (board, text) => {
          this.#onLine(board, text);
          this.look();
        },
        notice: () => this.look(),
        say: (event, text) => {
          this.said.push({ event, text });
          this.look();
        },
      },
      firmware: await loadFirmware(),
      folder: this.folder,
      onAllCrashed: () => {},
    });
    this.simulation = simulation;
    await simulation.start();
    return simulation;
  }

  /** How all boards are watched, as it was said last. */
  get topics(): string | undefined {
    const { text } = this.said.findLast(({ event }) => event === "watch") ?? {};
    return / (-t .*) -v$/.exec(text ?? "")?.[1];
  }

  /** Settles when `test` is true; the test's own limit ends a wait in vain. */
  until(test: () => boolean): Promise<void> {
    return new Promise((done) => {
      const look = () => {
        if (!test()) return;
        this.#waiting.delete(look);
        done();
      };
      this.#waiting.add(look);
      look();
    });
  }

  private look(): void {
    for (const look of [...this.#waiting]) look();
  }
}
