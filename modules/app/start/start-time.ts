// SPDX-License-Identifier: MIT

import type { Host } from "../../base/host.ts";
import type { Log } from "../../base/log.ts";
import type { Settings } from "../../settings/settings.ts";
import { TimeSync } from "../../time/time-sync.ts";
import type { App } from "../network-order.ts";

export interface OpenTimeParts {
  readonly settings: Settings;
  readonly log: Log;
  readonly app: App;
}

/**
 * The clock: set by the host, or by a server as soon as there is a network. Returns what asks the
 * servers, where that is needed.
 */
export function openTime(host: Host, { settings, log, app }: OpenTimeParts): TimeSync | undefined {
  const { clock, timers, random, network } = host;
  const now = clock.now();
  if (host.time === "host" && now !== undefined) {
    const text = `${new Date(now).toISOString()} from the host`;
    log({ level: "info", part: "time", event: "set", text, data: { wall: now } });
    return undefined;
  }
  if (!network.udp) return undefined;
  const servers = settings.get("time.server");
  if (servers === "") {
    const text = "time.server is not set, so nobody sets the clock";
    log({ level: "warn", part: "time", event: "off", text });
  }
  const sync = new TimeSync({
    udp: network.udp,
    dns: network.dns,
    servers,
    clock,
    timers,
    random,
    log,
    owner: app,
  });
  app.useTime(sync);
  return sync;
}
