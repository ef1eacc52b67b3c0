// SPDX-License-Identifier: MIT

import { createServer, type Server, type Socket } from "node:net";
import { Aedes } from "aedes";
import { type BrokerStore, brokerStore } from "./broker-store.ts";

/** An MQTT broker inside this process. */
export interface Broker {
  readonly port: number;
  /** True when the port asked for was taken. */
  readonly moved: boolean;
  readonly store: BrokerStore;
  close(): Promise<void>;
}

/** Ports tried after the first. */
const mostPorts = 100;

/** Starts aedes on 127.0.0.1, on `port` or the next free one; with the store of an earlier one. */
export async function startBroker(port: number, store?: BrokerStore): Promise<Broker> {
  const aedes = await Aedes.createBroker(store && { persistence: store });
  const server = createServer(aedes.handle);
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
  });
  const taken = await listen(server, port);
  return {
    port: taken,
    moved: taken !== port,
    store: brokerStore(aedes),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // aedes forgets clients whose CONNECT comes while it closes.
        aedes.close(() => {
          for (const socket of open) socket.destroy();
        });
      }),
  };
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
