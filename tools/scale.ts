// SPDX-License-Identifier: MIT

// npm run scale [-- NAME...]: runs fleets of light boards against the brokers that are installed here, or
// against those that are named, and writes what was seen into docs/scale.md. On Linux only: it reads /proc.

import { readFileSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { OptionError } from "../hosts/sim/node/option-error.ts";
import { machineText } from "./bench/benchmark-document.ts";
import { brokerKinds, rabbitMQ } from "./brokers/broker-kinds.ts";
import { runFleet } from "./scale/fleet-run.ts";
import { type ScaleBroker, startCluster, startHub, startOne } from "./scale/scale-brokers.ts";
import { scaleRow, withScaleRows } from "./scale/scale-table.ts";
import { readToolOptions } from "./tool-options.ts";

const document = "docs/scale.md";
/** How long each fleet is measured when all have connected, s. */
const seconds = 60;

interface Fleet {
  readonly name: string;
  /** As the table calls it. */
  readonly title: string;
  readonly boards: readonly number[];
  readonly kills?: boolean;
  /** What the table says behind its version. */
  readonly note?: string;
  /** Undefined: it is not installed. */
  version(): string | undefined;
  start(): Promise<ScaleBroker>;
}

const [mosquitto = rabbitMQ] = brokerKinds;
const fleets: readonly Fleet[] = [
  {
    name: "mosquitto",
    title: "Mosquitto",
    boards: [100, 300, 1_000],
    version: () => mosquitto.version(),
    start: () => startOne(mosquitto),
  },
  {
    name: "hub",
    title: "the hub",
    boards: [100, 300, 1_000],
    version: () => "",
    start: startHub,
  },
  {
    name: "cluster",
    title: "RabbitMQ",
    note: ", one of three killed",
    boards: [50, 100, 300],
    kills: true,
    version: () => rabbitMQ.version(),
    start: startCluster,
  },
];

const known = fleets.map(({ name }) => name).join(", ");
let only: readonly number[] | undefined;
const { words } = readToolOptions({
  command: "npm run scale",
  purpose: `Runs fleets of light boards, some minutes each, with the brokers that are installed here, and writes
what was seen into ${document}. Installs nothing.`,
  words: {
    name: "NAME... N...",
    help: `${known}; numbers: only so many boards`,
    check: (words) => {
      const numbers = words.filter((word) => /^\d+$/.test(word)).map(Number);
      if (numbers.length > 0) only = numbers;
      const stranger = words.find(
        (word) => !/^\d+$/.test(word) && !known.split(", ").includes(word),
      );
      if (stranger === undefined) return;
      throw new OptionError(`"${stranger}" is no broker that is measured; there are ${known}`);
    },
  },
});

const named = words.filter((word) => !/^\d+$/.test(word));
const rows = new Map<string, string>();
for (const fleet of fleets.filter(({ name }) => named.length === 0 || named.includes(name))) {
  const version = fleet.version();
  if (version === undefined) {
    console.log(`${fleet.name}: skipped, it is not installed`);
    continue;
  }
  for (const boards of only ?? fleet.boards) {
    const broker = `${fleet.title} ${version}`.trim() + (fleet.note ?? "");
    console.log(`${broker}, ${boards} boards …`);
    const [load = 0] = loadavg();
    const server = await fleet.start();
    try {
      const run = await runFleet({
        broker: server,
        boards,
        seconds,
        kills: fleet.kills ?? false,
      });
      const row = scaleRow({ broker, boards, run, load });
      console.log(row);
      rows.set(`${broker} ${boards}`, row);
    } finally {
      await server.stop();
    }
  }
}
if (rows.size > 0) {
  const date = new Date().toISOString().slice(0, 10);
  const machine = `${machineText()}; measured on ${date}`;
  writeFileSync(document, withScaleRows(readFileSync(document, "utf8"), machine, rows));
}
