// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { type Broker, startBroker } from "../../hosts/sim/node/broker/broker.ts";
import { Mosquitto, withoutMosquitto } from "../support/mosquitto.ts";
import {
  allCuts,
  type PairedSimulator,
  type RestartedBroker,
  withPairedBoards,
} from "../support/pairing-cuts.ts";
import { seedCount } from "../support/seeds.ts";

interface TestedBroker extends RestartedBroker {
  readonly port: number;
  stop(): Promise<void>;
}

/** The broker of the simulator, with what it knew. */
class Aedes implements TestedBroker {
  readonly port: number;
  #broker: Broker;

  private constructor(broker: Broker) {
    this.#broker = broker;
    this.port = broker.port;
  }

  static async create(): Promise<Aedes> {
    return new Aedes(await startBroker(20_000 + Math.floor(Math.random() * 20_000)));
  }

  async halt(): Promise<void> {
    await this.#broker.close();
  }

  async start(): Promise<void> {
    this.#broker = await startBroker(this.port, this.#broker.store);
    assert.equal(this.#broker.port, this.port);
  }

  stop(): Promise<void> {
    return this.#broker.close();
  }
}

const brokers: readonly [name: string, skip: string | false, () => Promise<TestedBroker>][] = [
  ["Mosquitto", withoutMosquitto, () => Mosquitto.start()],
  ["aedes", false, () => Aedes.create()],
];

async function withBoards(
  start: () => Promise<TestedBroker>,
  body: (boards: PairedSimulator, broker: TestedBroker) => Promise<void>,
): Promise<void> {
  const broker = await start();
  try {
    await withPairedBoards(`mqtt://127.0.0.1:${broker.port}`, (boards) => body(boards, broker));
  } finally {
    await broker.stop();
  }
}

/** Some of the cuts, from each part of the list, or all of them. */
function someCuts() {
  const count = seedCount(allCuts.length);
  return Array.from({ length: count }, (_, i) => {
    const index = Math.floor(((i + 0.5) * allCuts.length) / count);
    return allCuts[index] as (typeof allCuts)[number];
  });
}

for (const [name, skip, start] of brokers) {
  test(`whichever write the power goes at, two boards on ${name} agree, and are paired again`, {
    skip,
  }, async () => {
    await withBoards(start, async (boards) => {
      for (const cut of someCuts()) await boards.cut(cut);
    });
  });

  test(`a pair outlives the restart of either board, of ${name}, and of all three`, {
    skip,
  }, async () => {
    await withBoards(start, async (boards, broker) => {
      await boards.outlive(broker);
    });
  });
}
