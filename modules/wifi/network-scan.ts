// SPDX-License-Identifier: MIT

import type { Timer, Timers } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { padded } from "../base/text-width.ts";
import type { WiFiScanOptions, WiFiScanResult } from "../ecma-419/wifi.ts";

/** Who wants networks to be found. */
export interface NetworkScanOwner {
  /** Asks the radio; throws when it will not scan now. */
  startScan(options: WiFiScanOptions): void;
  /** A network of this name is kept, however weak it is. */
  isKnown(SSID: string): boolean;
  /** This one is left out, so that it does not hide the true one of its name. */
  isImitation(network: WiFiScanResult): boolean;
  /** The scan is over: each SSID once with its strongest access point, strongest first. */
  scanned(networks: readonly WiFiScanResult[]): void;
}

/** Whoever has asked for a scan, beside the manager: is told the lines of a table. */
export interface ScanReply {
  add(text: string): void;
  /** The network of the line that follows, for whoever wants more than a line. */
  found?(network: WiFiScanResult): void;
  /** The table is whole. */
  end(): void;
  /** There is none, or no more of it. */
  fail(error: unknown): void;
}

/** Longest scan, ms. */
const scanLimit = 10_000;
/** Networks kept from one scan. */
const maxNetworks = 16;
/** Width of the column with the names. */
const nameWidth = 24;

/** Scans for networks, one scan at a time; what a scan that is over still says is not listened to. */
export class NetworkScan {
  readonly #owner: NetworkScanOwner;
  readonly #timers: Timers;
  /** Undefined while no scan runs. */
  #found: WiFiScanResult[] | undefined;
  #number = 0;
  #timer: Timer | undefined;

  constructor(owner: NetworkScanOwner, timers: Timers) {
    this.#owner = owner;
    this.#timers = timers;
  }

  get isRunning(): boolean {
    return this.#timer !== undefined;
  }

  /** Begins a scan, unless one is going on. Throws what the radio throws; no scan runs then. */
  start(): void {
    if (this.isRunning) return;
    const number = ++this.#number;
    this.#found = [];
    this.#timer = this.#timers.set(() => this.end(number), scanLimit);
    try {
      this.#owner.startScan({
        onFound: (result) => {
          if (number === this.#number) this.note(result);
        },
        onComplete: () => this.end(number),
      });
    } catch (error) {
      this.cancel();
      throw error;
    }
  }

  /** Ends a scan without a callback. */
  cancel(): void {
    this.#number++;
    this.#timers.clear(this.#timer);
    this.#timer = undefined;
    this.#found = undefined;
  }

  private end(number: number): void {
    if (number !== this.#number) return;
    const found = this.#found ?? [];
    this.cancel();
    this.#owner.scanned(found.sort((a, b) => b.RSSI - a.RSSI));
  }

  private note(result: WiFiScanResult): void {
    // A hidden network is heard without its name.
    if (result.SSID === "" || this.#owner.isImitation(result)) return;
    const found = this.#found;
    if (!found) return;
    const same = found.findIndex(({ SSID }) => SSID === result.SSID);
    const place = same >= 0 ? same : this.freePlace(found, result);
    if (place < 0) return;
    const old = found[place];
    if (same < 0 || (old && old.RSSI < result.RSSI)) found[place] = result;
  }

  /** Where a new network goes: behind the others; in a full list over the weakest, or nowhere (-1). */
  private freePlace(found: readonly WiFiScanResult[], { SSID, RSSI }: WiFiScanResult): number {
    if (found.length < maxNetworks) return found.length;
    const owner = this.#owner;
    let weakest = -1;
    for (let i = 0; i < found.length; i++) {
      const other = found[i] as WiFiScanResult;
      if (owner.isKnown(other.SSID)) continue;
      if (weakest < 0 || other.RSSI < (found[weakest] as WiFiScanResult).RSSI) weakest = i;
    }
    if (weakest < 0) return -1;
    const isWanted = owner.isKnown(SSID) || RSSI > (found[weakest] as WiFiScanResult).RSSI;
    return isWanted ? weakest : -1;
  }
}

/** A network that was found, as line `number` of a table. */
export function networkText(number: number, network: WiFiScanResult): string {
  const { SSID, RSSI, channel, security } = network;
  const protection = security === undefined ? "" : `  ${security}`;
  return `${String(number).padStart(2)}  ${padded(SSID, nameWidth)} ${RSSI} dBm  channel ${channel}${protection}`;
}

/** Logs a network that was found; `text`: its line of the table. */
export function logNetwork(
  log: Log,
  level: "info" | "debug",
  network: WiFiScanResult,
  text: string,
): void {
  const { SSID, RSSI, channel, security } = network;
  log({ level, part: "wifi", event: "found", text, data: { SSID, RSSI, channel, security } });
}
