// SPDX-License-Identifier: MIT

import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../tests/support/mosquitto.ts";
import {
  type BrokerKind,
  type Cluster,
  endCluster,
  rabbitNode,
  runningIn,
} from "../brokers/broker-kinds.ts";
import { BrokerServer } from "../brokers/broker-server.ts";

/** A broker, or a cluster of some, that runs for one measurement. */
export interface ScaleBroker {
  /** What boards are given, in the order in which they try them. */
  readonly addresses: readonly string[];
  /** Cuts the first of several off, from one moment to the next. */
  killOne?(): Promise<void>;
  stop(): Promise<void>;
}

/** One broker of a kind that is installed. */
export async function startOne(kind: BrokerKind): Promise<ScaleBroker> {
  const server = await BrokerServer.start(kind);
  return { addresses: [server.url()], stop: () => server.stop() };
}

/** The broker of the hub in a process of its own, with its storage in a file as always. */
export async function startHub(): Promise<ScaleBroker> {
  const folder = mkdtempSync(join(tmpdir(), "airpair-scale-hub-"));
  const program = join(import.meta.dirname, "hub-child.ts");
  const child: ChildProcess = fork(program, [folder], {
    execArgv: ["--import", import.meta.resolve("tsx")],
  });
  const port = await new Promise<number>((done, fail) => {
    child.once("message", (told) => done(Number(told)));
    child.once("exit", (code) => fail(new Error(`the hub has ended with ${code}`)));
  });
  return {
    addresses: [`mqtt://board:right@127.0.0.1:${port}`],
    async stop() {
      const ended = new Promise((done) => child.once("exit", done));
      child.disconnect();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

const nodes = ["airpair-1@localhost", "airpair-2@localhost", "airpair-3@localhost"];

/** Three nodes of RabbitMQ on this PC; sessions are on all of them. */
export async function startCluster(): Promise<ScaleBroker> {
  const home = mkdtempSync(join(tmpdir(), "airpair-scale-cluster-"));
  const cluster: Cluster = { home, epmd: await freePort(), nodes };
  const servers: BrokerServer[] = [];
  const stop = async () => {
    for (const server of servers) await server.stop();
    endCluster(cluster);
    rmSync(home, { recursive: true, force: true });
  };
  try {
    for (const index of nodes.keys()) {
      servers.push(await BrokerServer.start(rabbitNode(cluster, index)));
    }
    const running = runningIn(cluster);
    if (running.length !== nodes.length) {
      throw new Error(`of the cluster there are only ${running.join(", ") || "single nodes"}`);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    addresses: servers.map((server) => server.url()),
    killOne: async () => servers[0]?.halt("SIGKILL"),
    stop,
  };
}
