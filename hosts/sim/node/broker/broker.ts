// SPDX-License-Identifier: MIT

import { createServer, type Server, type Socket } from "node:net";
import type { Aedes } from "aedes";
import { type BrokerStore, brokerStore } from "./broker-store.ts";

/** An MQTT broker inside this process. */
export interface Broker {
  readonly port: number;
  /** True when the port asked for was taken. */
  readonly moved: boolean;
  readonly store: Promise<BrokerStore>;
  close(): Promise<void>;
}

/** Ports tried after the first. */
const mostPorts = 100;

/**
 * Starts aedes on 127.0.0.1, on `port` or the next free one; with the store of an earlier one. The
 * port is open before aedes has been loaded, which takes as long as the boards need to start; who
 * connects until then waits.
 */
export async function startBroker(port: number, store?: Promise<BrokerStore>): Promise<Broker> {
  const loaded = loadAedes(store);
  // Else a small message waits up to 40 ms for the acknowledgement of the one before, which is more
  // than a second for a board at speed 30.
  const server = createServer({ noDelay: true });
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    // Until aedes has it, nobody else hears of its end.
    socket.on("error", () => {});
    loaded.then((aedes) => {
      if (!socket.destroyed) aedes.handle(socket);
    });
  });
  const taken = await listen(server, port);
  return {
    port: taken,
    moved: taken !== port,
    store: loaded.then(brokerStore),
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const aedes = await loaded;
      // aedes forgets clients whose CONNECT comes while it closes.
      aedes.close(() => {
        for (const socket of open) socket.destroy();
      });
      await closed;
    },
  };
}

async function loadAedes(store: Promise<BrokerStore> | undefined): Promise<Aedes> {
  const { Aedes } = await import("aedes");
  const persistence = await store;
  return Aedes.createBroker(persistence && { persistence });
}

async function listen(server: Server, first: number): Promise<number> {
  for (let port = first; port < first + mostPorts && port < 65536; port++) {
    if (await tryListen(server, port)) return port;
  }
  throw new Error(`no free port from ${first} to ${first + mostPorts - 1} on 127.0.0.1`);
}

function tryListen(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE" || error.code === "EACCES") resolve(false);
      else reject(error);
    };
    server.once("error", onError);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", onError);
      resolve(true);
    });
  });
}
