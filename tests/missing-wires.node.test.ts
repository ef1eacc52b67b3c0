// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { Air } from "../hosts/virtual/air.ts";
import { BME280Chip } from "../hosts/virtual/chips/bme280.ts";
import { WholeBoard } from "./support/whole-board.ts";

const second = 1_000;
const interruptPin = 27;

/** How a board is without one of its wires. */
interface Cut {
  readonly settings?: Readonly<Record<string, unknown>>;
  open(board: WholeBoard, climate: BME280Chip): void;
}

/** No address reaches a sensor, and the pull-up resistors of the board keep both lines high. */
const silentBus: Cut = {
  open: ({ bus }) =>
    bus.inject({ kind: "fail", fault: "nack-address", count: Number.POSITIVE_INFINITY }),
};

const cuts: Readonly<Record<string, Cut>> = {
  SDA: silentBus,
  SCL: silentBus,
  "VCC or GND of all sensors": {
    open: ({ bus, chip }, climate) => {
      chip.power.isOn = false;
      bus.detach(climate);
    },
  },
  "VCC or GND of the CCS811": {
    open: ({ chip }) => {
      chip.power.isOn = false;
    },
  },
  // The sensor's own resistor pulls it up.
  "nWAKE of the CCS811": {
    open: ({ chip }) => {
      chip.power.nWAKE = 1;
    },
  },
  "nINT, with `ccs811.int` set": {
    settings: { "ccs811.int": `${interruptPin}` },
    open: ({ chip }) => chip.wireInterrupt(undefined),
  },
  "SDA held low by a sensor": { open: ({ bus }) => bus.stickSDA(Number.POSITIVE_INFINITY) },
};

/** The first warning about sensors of a board with a CCS811 and a BME280, as its console shows it. */
function firstWarning({ settings = {}, open }: Cut): string | undefined {
  const board = new WholeBoard({ "console.format": "text", ...settings });
  const climate = new BME280Chip({ time: board.time, air: new Air({ seed: 1 }) });
  board.bus.attach(climate);
  open(board, climate);
  board.powerOn();
  // Power comes on at all sensors that have it.
  open(board, climate);
  board.time.advance(60 * second);
  return board.output.split(/\r?\n/).find((line) => /^(i2c|ccs811) +warning: /.test(line));
}

test("the table of missing wires shows what the console says of each, to the letter", () => {
  const text = readFileSync(new URL("../docs/hardware.md", import.meta.url), "utf8");
  const [, table = ""] =
    /<!-- missing wires -->\n([\s\S]*)<!-- \/missing wires -->/.exec(text) ?? [];
  const rows = [...table.matchAll(/^\| (?!Open|---)(.+?) \| `(.+)` \|$/gm)];
  assert.deepEqual(
    rows.map(([, wire]) => wire),
    Object.keys(cuts),
  );
  for (const [, wire = "", line] of rows) {
    const cut = cuts[wire];
    assert.equal(cut && firstWarning(cut), line, wire);
  }
});

test("a board with all its wires warns of no sensor", () => {
  assert.equal(firstWarning({ open: () => {} }), undefined);
  assert.equal(
    firstWarning({ settings: { "ccs811.int": `${interruptPin}` }, open: () => {} }),
    undefined,
  );
});
