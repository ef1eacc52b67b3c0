// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { boardCommands } from "../../../modules/app/command-list.ts";
import { Commander } from "../../../modules/console/commander.ts";

function build() {
  let scans = 0;
  const commander = new Commander(
    boardCommands({
      id: "board-a",
      ticks: () => 61_999,
      wifi: () => "connected",
      mqtt: () => "connected",
      gasSensor: () => "ready",
      gasDetails: () => "no details",
      baseline: { record: undefined, writes: 0, save: () => false, forget: () => {} },
      scanI2C() {
        scans++;
        return "0x5a CCS811";
      },
      reading: () => undefined,
    }),
  );
  return { run: (line: string) => commander.run(line), scans: () => scans };
}

test("status tells what each part is doing, in lines", () => {
  const { run } = build();
  const text = "board board-a, up 61 s\nwifi connected\nmqtt connected\nccs811 ready";
  assert.deepEqual(run("status"), { ok: true, text });
  assert.deepEqual(run("readings"), { ok: true, text: "no reading yet" });
});

test("i2c scan scans the bus, and nothing else after i2c does", () => {
  const { run, scans } = build();
  assert.deepEqual(run("i2c scan"), { ok: true, text: "0x5a CCS811" });
  for (const line of ["i2c", "i2c scan 0x50", "i2c write 0x5a"]) {
    const { ok, text } = run(line);
    assert.equal(ok, false);
    assert.match(text, /type: i2c scan/);
  }
  assert.equal(scans(), 1);
});
