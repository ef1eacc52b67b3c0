// SPDX-License-Identifier: MIT

import type { Host } from "../../base/host.ts";
import type { Log } from "../../base/log.ts";
import { TimeSync } from "../../time/time-sync.ts";
import type { NetworkOrder } from "../network-order.ts";
import type { BoardSettings } from "../setting-list.ts";

export interface StartTimeOptions {
  readonly settings: BoardSettings;
  readonly log: Log;
  readonly order: NetworkOrder;
}

/**
 * The clock: set by the host, or by a server as soon as there is a network. Returns what asks the
 * servers, where that is needed.
 */
export function startTime(
  host: Host,
  { settings, log, order }: StartTimeOptions,
): TimeSync | undefined {
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
    owner: order,
  });
  order.useTime(sync);
  // A board that has slept has a good idea of it, and need not wait for the answer.
  if (now !== undefined) order.timeKnown();
  return sync;
}
