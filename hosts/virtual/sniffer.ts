// SPDX-License-Identifier: MIT

import type { AccessPoint } from "./access-point.ts";
import { hash } from "./noise.ts";
import type { VirtualRadio } from "./wifi-scan.ts";

export interface VirtualSnifferOptions {
  /** 1–13. */
  readonly channel: number;
  /** The first 16 bytes of the MAC header, zeros where the frame is shorter, and dBm. */
  readonly onFrame: (header: Uint8Array, RSSI: number) => void;
}

export type VirtualSnifferConstructor = new (options: VirtualSnifferOptions) => VirtualSniffer;

/** Time between two beacons, ms (100 time units of IEEE 802.11). */
const beaconInterval = 102.4;
/** How often a station of an access point sends between two beacons, and how weak it is beside it. */
const stationOdds = 0.4;
const stationLoss = 8;
/** Frame control (IEEE 802.11 section 9.2.4.1): beacon; data to the access point; Ack. */
const beacon = [0x80, 0x00];
const toAccessPoint = [0x08, 0x01];
const ack = [0xd4, 0x00];
const broadcast = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

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
  /** A simulated radio hands on every frame. */
  readonly missed = 0;
  #timer: unknown;
  #isClosed = false;

  constructor(radio: VirtualRadio, options: VirtualSnifferOptions) {
    this.#radio = radio;
    this.#options = options;
    this.wait();
  }

  close(): void {
    this.#isClosed = true;
    this.#radio.timers.clear(this.#timer);
  }

  private wait(): void {
    this.#timer = this.#radio.timers.set(() => this.listen(), beaconInterval);
  }

  private listen(): void {
    const { accessPoints, time } = this.#radio;
    const now = time.ticks();
    for (const accessPoint of accessPoints.all) {
      if (this.#isClosed) return;
      if (accessPoint.channel !== this.#options.channel || !accessPoint.isHeardAt(now)) continue;
      this.hear(accessPoint, now);
    }
    if (!this.#isClosed) this.wait();
  }

  private hear(accessPoint: AccessPoint, now: number): void {
    const { onFrame } = this.#options;
    const BSSID = accessPoint.BSSID.split(":").map((byte) => Number.parseInt(byte, 16));
    const RSSI = accessPoint.signalAt(now);
    onFrame(header(beacon, broadcast, BSSID), RSSI);
    const seed = BSSID.slice(3).reduce((number, byte) => number * 256 + byte, 0);
    if (hash(seed, Math.floor(now / beaconInterval)) >= stationOdds || this.#isClosed) return;
    const station = [0x02, 0xb0, ...BSSID.slice(2)];
    onFrame(header(toAccessPoint, BSSID, station), RSSI - stationLoss);
    // The answer to a data frame names nobody as its transmitter.
    if (!this.#isClosed) onFrame(header(ack, station, []), RSSI);
  }
}

/** Frame control, no duration, one or two addresses. */
function header(control: number[], receiver: number[], transmitter: number[]): Uint8Array {
  const bytes = new Uint8Array(16);
  bytes.set([...control, 0, 0, ...receiver, ...transmitter]);
  return bytes;
}
