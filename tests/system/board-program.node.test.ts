// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import test from "node:test";
import { startBroker } from "../../hosts/sim/node/broker/broker.ts";
import { ConsoleView } from "../../hosts/sim/node/cli/console-view.ts";
import { standardPlugin } from "../../hosts/sim/node/engine/bundle.ts";
import { Simulation } from "../../hosts/sim/node/simulation.ts";
import { bundleBoardProgram } from "../../tools/board-program.ts";
import { absentFiles } from "../../tools/firmware-parts.ts";
import { freePort } from "../support/mosquitto.ts";

test("two boards whose program was shortened, with the words of 4 MB, measure, publish and hear each other", async (t) => {
  const { source } = await bundleBoardProgram({
    root: resolve("."),
    entry: "hosts/sim/xs/start.ts",
    absent: absentFiles(["ota", "dht", "sniffer"]),
    plugins: [standardPlugin],
  });
  const folder = mkdtempSync(join(tmpdir(), "airpair-short-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const broker = await startBroker(await freePort());
  t.after(() => broker.close());
  const events = new Map<string, number>();
  const wrong: string[] = [];
  let onEvent = () => {};
  const simulation = new Simulation({
    options: {
      boards: 2,
      id: "board",
      broker: new URL(`mqtt://127.0.0.1:${broker.port}`),
      engine: "xs",
      speed: 50,
      duration: undefined,
      seed: 1,
      json: true,
    },
    view: new ConsoleView({
      write: (line) => {
        const { part, event, level } = JSON.parse(line) as Record<string, string>;
        const name = `${part} ${event}`;
        events.set(name, (events.get(name) ?? 0) + 1);
        if (level === "error") wrong.push(line);
        onEvent();
      },
      json: true,
      repeats: true,
      colour: false,
      boards: [],
    }),
    firmware: { source: `"use strict";(() => {${source}})();`, map: "" },
    folder,
    onAllCrashed: () => wrong.push("all boards have crashed"),
  });
  t.after(() => simulation.kill());
  await simulation.start();
  const seen = (name: string) => events.get(name) ?? 0;
  await new Promise<void>((done) => {
    onEvent = () => {
      if (wrong.length > 0 || (seen("peer reading") >= 20 && seen("mqtt publish") >= 60)) done();
    };
  });
  await simulation.stop();
  assert.deepEqual(wrong, []);
});
