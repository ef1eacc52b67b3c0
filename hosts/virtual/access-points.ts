// SPDX-License-Identifier: MIT

import { AccessPoint, type AccessPointOptions } from "./access-point.ts";
import { hash } from "./noise.ts";

/** The network that simulated boards join, unless told otherwise. */
export const labNetwork = Object.freeze({
  SSID: "airpair-lab",
  password: "airpair-lab",
  channel: 6,
});

const neighbours: readonly AccessPointOptions[] = Object.freeze([
  { SSID: "Corner Bakery Guest", channel: 1, RSSI: -78 },
  { SSID: "Flat 3", password: "not-for-you", channel: 11, RSSI: -71 },
  { SSID: "printer-setup", password: "not-for-you", channel: 6, RSSI: -86 },
  { SSID: "meadow", password: "not-for-you", channel: 13, RSSI: -89 },
]);

/** Which access points will do. */
export interface WantedAccessPoint {
  /** Undefined: any. */
  readonly channel: number | undefined;
  /** Only those with a password. */
  readonly isProtected: boolean;
  /** Only the one with this address. */
  readonly BSSID?: string | undefined;
}

/** The access points in range of one board, in the order in which they were added. */
export class AccessPoints {
  readonly #list: AccessPoint[] = [];

  /** The networks around the lab: its own and a few neighbours, told apart by seed. */
  static around(seed: number): AccessPoints {
    const all = new AccessPoints();
    const lab = { ...labNetwork, RSSI: -48 - Math.floor(16 * hash(seed, 50)) };
    for (const [n, options] of [lab, ...neighbours].entries()) {
      all.add(new AccessPoint({ seed: seed * 100 + n, ...options }));
    }
    return all;
  }

  add(accessPoint: AccessPoint): AccessPoint {
    this.#list.push(accessPoint);
    return accessPoint;
  }

  get all(): readonly AccessPoint[] {
    return this.#list;
  }

  /** The first with this SSID, up or not. */
  named(SSID: string): AccessPoint | undefined {
    return this.#list.find((accessPoint) => accessPoint.SSID === SSID);
  }

  /** The one with this SSID that is heard best at `ms`, of those that are wanted. */
  best(SSID: string, ms: number, wanted: WantedAccessPoint): AccessPoint | undefined {
    const { channel, isProtected, BSSID } = wanted;
    return this.#list
      .filter((accessPoint) => accessPoint.SSID === SSID && accessPoint.isHeardAt(ms))
      .filter((accessPoint) => channel === undefined || accessPoint.channel === channel)
      .filter((one) => BSSID === undefined || one.BSSID.toLowerCase() === BSSID.toLowerCase())
      .filter(({ password }) => !isProtected || password !== undefined)
      .reduce<AccessPoint | undefined>(
        (best, next) => (isWeaker(best, next, ms) ? next : best),
        undefined,
      );
  }
}

function isWeaker(a: AccessPoint | undefined, b: AccessPoint, ms: number): boolean {
  return a === undefined || a.signalAt(ms) < b.signalAt(ms);
}
