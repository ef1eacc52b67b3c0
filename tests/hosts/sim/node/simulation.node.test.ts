// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { StorageFile } from "../../../../hosts/sim/node/board/storage-file.ts";
import { loadFirmware } from "../../../../hosts/sim/node/engine/firmware-cache.ts";
import { Simulation } from "../../../../hosts/sim/node/simulation.ts";
import { settingList } from "../../../../modules/app/setting-list.ts";
import type { KeyValueDomain } from "../../../../modules/ecma-419/key-value.ts";
import { Settings } from "../../../../modules/settings/settings.ts";

/** Two boards on Node, and what is said of all of them. */
class Bench {
  readonly folder = mkdtempSync(join(tmpdir(), "airpair-simulation-"));
  readonly said: { readonly event: string; readonly text: string }[] = [];
  readonly #waiting = new Set<() => void>();
  simulation: Simulation | undefined;

  constructor(t: TestContext) {
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

  async start(settings: Readonly<Record<string, string>> = {}): Promise<Simulation> {
    const simulation = new Simulation({
      options: {
        ...{ boards: 2, id: "board", engine: "node", speed: 20, seed: 1, json: true, settings },
        ...{ broker: undefined, duration: undefined },
      },
      view: {
        line: () => this.look(),
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

test("the command to watch all boards follows what they have stored, each topic once", async (t) => {
  const bench = new Bench(t);
  bench.store("board-a", "mqtt.root", "school/room-2");
  const simulation = await bench.start();
  assert.equal(bench.topics, "-t 'school/room-2/#' -t 'airpair/#'");
  assert.deepEqual(simulation.roots, ["school/room-2", "airpair"]);
});

test("a given setting wins over a stored one there too", async (t) => {
  const bench = new Bench(t);
  bench.store("board-a", "mqtt.root", "school");
  await bench.start({ "mqtt.root": "lab" });
  assert.equal(bench.topics, "-t 'lab/#'");
});

test("the command is said anew when a board starts again with another setting", {
  timeout: 60_000,
}, async (t) => {
  const bench = new Bench(t);
  const simulation = await bench.start();
  assert.equal(bench.topics, "-t 'airpair/#'");
  for (const board of simulation.boards) board.type("set mqtt.root lab\nreboot\n");
  await bench.until(() => bench.topics === "-t 'lab/#'");
  const [board] = simulation.boards;
  board?.type("reboot\n");
  const count = bench.said.length;
  await bench.until(() => simulation.boards[0]?.isRunning === true);
  simulation.switchPower(1);
  simulation.switchPower(1);
  assert.equal(bench.said.length, count, "the same is not said twice");
});
