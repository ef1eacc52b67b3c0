// SPDX-License-Identifier: MIT

import { createServer } from "node:http";
import { type AddressInfo, createServer as createTCPServer, type Socket } from "node:net";
import { Aedes } from "aedes";
import { findProfile, profiles } from "../modules/cloud/profile-list.ts";

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

/** What a server in the place of a platform shows and does. */
export interface PlatformTrialOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** It lets nobody in. */
  readonly isRefusing: boolean;
  show(text: string): void;
}

/** A server in the place of a platform, for trying it without an account. */
export interface PlatformTrial {
  readonly port: number;
  /** Sends what was typed, `TOPIC TEXT`, to who has subscribed to it. Returns what is wrong with it. */
  send(line: string): string | undefined;
  close(): Promise<void>;
}

/** Why there is no such server for a platform, and what to do; undefined: there is one. */
export function whyNoTrial(name: string): string | undefined {
  const profile = findProfile(name);
  if (!profile) {
    const names = profiles.filter(({ name: each }) => whyNoTrial(each) === undefined);
    return `--platform takes one of ${names.map((each) => each.name).join(", ")}`;
  }
  if (profile.http) {
    return `${profile.title} is spoken to by HTTP: npm run echo shows that without --platform, as host=http://127.0.0.1:8090`;
  }
  if (profile.mqtt?.mustBeSecure) {
    return `${profile.title} lets nobody in without TLS and keys of its own, which only it can give`;
  }
  if (profile.mqtt?.scheme === undefined) {
    return `${profile.title} goes over the board's own broker: mosquitto_sub -v -t '#' shows it`;
  }
  return undefined;
}

/** Starts a broker that shows who comes, what arrives and what is subscribed to. Rejects where it cannot listen. */
export async function startPlatformTrial(options: PlatformTrialOptions): Promise<PlatformTrial> {
  const { host, port, isRefusing } = options;
  // What comes over the network gives a terminal no orders.
  const show = (text: string) => options.show(text.replace(/[^\n\t -~\u00a0-\uffff]/g, "?"));
  const aedes = await Aedes.createBroker();
  aedes.authenticate = ({ id }, user, password, done) => {
    const login = `user ${user === undefined ? "none" : `"${user}"`}, password ${password?.length ? "given" : "none"}`;
    show(`${isRefusing ? "refused" : "connected"}: client "${id}", ${login}`);
    const refusal = Object.assign(new Error("refused"), { returnCode: 5 as const });
    if (isRefusing) done(refusal, false);
    else done(null, true);
  };
  aedes.authorizePublish = (_client, { topic, payload }, done) => {
    show(`${topic} ${payload.toString()}`);
    done(null);
  };
  aedes.authorizeSubscribe = (_client, subscription, done) => {
    show(`subscribed: ${subscription.topic}`);
    done(null, subscription);
  };
  aedes.on("clientDisconnect", ({ id }) => show(`gone: client "${id}"`));
  const sockets = new Set<Socket>();
  const server = createTCPServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    aedes.handle(socket);
  });
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen(port, host, done);
  });
  return {
    port: (server.address() as AddressInfo).port,
    send: (line) => {
      const [, topic, text] = /^([^\s+#]+)\s+(.+)$/.exec(line.trim()) ?? [];
      if (topic === undefined || text === undefined) {
        return "a line is a topic without + and #, a space, and the text: board-a/cmd status";
      }
      const payload = Buffer.from(text);
      const message = {
        cmd: "publish",
        topic,
        payload,
        qos: 1,
        retain: false,
        dup: false,
      } as const;
      aedes.publish(message, () => {});
      return undefined;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((done) => server.close(() => done()));
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
