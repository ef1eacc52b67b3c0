// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { SimBoard } from "../../hosts/sim/node/board/board.ts";
import { StorageFile } from "../../hosts/sim/node/board/storage-file.ts";
import { createHardware } from "../../hosts/sim/node/board/virtual-hardware.ts";
import { bundleFirmware } from "../../hosts/sim/node/engine/bundle.ts";
import { SimClock } from "../../hosts/sim/node/engine/sim-clock.ts";
import { labNetwork } from "../../hosts/virtual/access-points.ts";
import { messageOf } from "../../modules/base/app-error.ts";
import { until as waitUntil } from "./node-network.ts";

const MAC = "02AA000000A1";
const seed = 1;
const id = "board-a";

/** A whole board on XS, ten times as fast as real time unless said, in a folder of its own until the test ends. */
export async function startLoneBoard(
  t: TestContext,
  settings: Readonly<Record<string, string | number>>,
  speed = 10,
) {
  const folder = mkdtempSync(join(tmpdir(), "airpair-test-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const clock = new SimClock({ speed });
  const lines: string[] = [];
  const hardware = createHardware({ seed, MAC, clock });
  const board = new SimBoard({
    id,
    firmware: await bundleFirmware(),
    engine: "xs",
    clock,
    storage: new StorageFile(folder),
    hardware,
    boot: {
      MAC,
      seed,
      settings: {
        "board.id": id,
        "wifi.ssid": labNetwork.SSID,
        "wifi.password": labNetwork.password,
        ...settings,
      },
    },
    onLine: (line) => lines.push(line),
    onNotice: (line) => lines.push(line),
    onCrash: (reason) => lines.push(`crashed: ${reason}`),
  });
  t.after(() => board.stop());
  /** How many lines its console has said of that kind. */
  const count = (pattern: RegExp) => lines.filter((line) => pattern.test(line)).length;
  /** Waits until it is so; shows what the console said last when it is not within a minute and a half. */
  const until = (isTrue: () => boolean) =>
    waitUntil(isTrue, 90_000).catch((error) =>
      assert.fail(`${messageOf(error)}\n${lines.slice(-30).join("\n")}`),
    );
  return { board, hardware, lines, count, until };
}
