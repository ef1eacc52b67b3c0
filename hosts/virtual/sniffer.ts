// SPDX-License-Identifier: MIT

import type { AccessPoint } from "./access-point.ts";
import { hash } from "./noise.ts";
import type { VirtualRadio } from "./wifi-scan.ts";

export interface VirtualSnifferOptions {
  /** 1–13. */
  readonly channel: number;
  /** Transmitter as 12 hex digits or "", dBm, kind. */
  readonly onFrame: (
    transmitter: string,
    RSSI: number,
    kind: "management" | "control" | "data",
  ) => void;
}

export type VirtualSnifferConstructor = new (options: VirtualSnifferOptions) => VirtualSniffer;

/** Time between two beacons, ms (100 time units of IEEE 802.11). */
const beaconInterval = 102.4;
/** How often a station of an access point sends between two beacons, and how weak it is beside it. */
const stationOdds = 0.4;
const stationLoss = 8;

/** Makes the frame source of one simulated board. */
export function createSniffer(radio: VirtualRadio): VirtualSnifferConstructor {
  return class extends VirtualSniffer {
    constructor(options: VirtualSnifferOptions) {
      super(radio, options);
    }
  };
}

/** Hears the beacons of the access points on one channel, and now and then a made-up station. */
export class VirtualSniffer {
  readonly #radio: VirtualRadio;
  readonly #options: VirtualSnifferOptions;
  #timer: unknown;
  #isClosed = false;

  constructor(radio: VirtualRadio, options: VirtualSnifferOptions) {
    this.#radio = radio;
    this.#options = options;
    this.#wait();
  }

  close(): void {
    this.#isClosed = true;
    this.#radio.timers.clear(this.#timer);
  }

  #wait(): void {
    this.#timer = this.#radio.timers.set(() => this.#listen(), beaconInterval);
  }

  #listen(): void {
    const { accessPoints, time } = this.#radio;
    const now = time.ticks();
    for (const accessPoint of accessPoints.all) {
      if (this.#isClosed) return;
      if (accessPoint.channel !== this.#options.channel || !accessPoint.isHeardAt(now)) continue;
      this.#hear(accessPoint, now);
    }
    if (!this.#isClosed) this.#wait();
  }

  #hear(accessPoint: AccessPoint, now: number): void {
    const { onFrame } = this.#options;
    const MAC = accessPoint.BSSID.replaceAll(":", "");
    const RSSI = accessPoint.signalAt(now);
    onFrame(MAC, RSSI, "management");
    const seed = Number.parseInt(MAC.slice(-6), 16);
    if (hash(seed, Math.floor(now / beaconInterval)) >= stationOdds || this.#isClosed) return;
    onFrame(`02B0${MAC.slice(-8)}`, RSSI - stationLoss, "data");
    // The answer to a data frame names nobody as its transmitter.
    if (!this.#isClosed) onFrame("", RSSI, "control");
  }
}
