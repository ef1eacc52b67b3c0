// SPDX-License-Identifier: MIT

import { createServer } from "node:http";
import { type AddressInfo, createServer as createTCPServer, type Socket } from "node:net";
import { Aedes } from "aedes";

/** A broker in the place of a platform, and a web server, both on the loopback. */
export interface PlatformServers {
  readonly platformPort: number;
  readonly webPort: number;
  /** Readings that the platform has got, and requests of webhooks. */
  readonly readings: number;
  readonly requests: number;
  close(): Promise<void>;
}

/** Starts both on free ports. */
export async function startServers(): Promise<PlatformServers> {
  const counts = { readings: 0, requests: 0 };
  const aedes = await Aedes.createBroker();
  aedes.authorizePublish = (_client, { topic }, done) => {
    if (topic === "v1/devices/me/telemetry") counts.readings++;
    done(null);
  };
  const sockets = new Set<Socket>();
  const platform = createTCPServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    aedes.handle(socket);
  });
  const web = createServer((request, response) => {
    counts.requests++;
    request.resume();
    request.on("end", () => response.end("thanks"));
  });
  for (const server of [platform, web]) {
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  }
  return {
    platformPort: (platform.address() as AddressInfo).port,
    webPort: (web.address() as AddressInfo).port,
    get readings() {
      return counts.readings;
    },
    get requests() {
      return counts.requests;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      web.closeAllConnections();
      for (const server of [platform, web]) {
        await new Promise<void>((done) => server.close(() => done()));
      }
      await new Promise<void>((done) => aedes.close(() => done()));
    },
  };
}

/** Settings of a board that uses both. */
export function platformSettings({ platformPort, webPort }: PlatformServers) {
  return {
    "webhook.url": `http://127.0.0.1:${webPort}/air`,
    "webhook.interval": "10",
    "platform.1.name": "thingsboard",
    "platform.1.boot": "on",
    "platform.1.host": `mqtt://127.0.0.1:${platformPort}`,
    "platform.1.key": "token",
    "platform.interval": "10",
    "remote.commands": "on",
  };
}
