// SPDX-License-Identifier: MIT

import type { AccessPoint } from "./access-point.ts";
import type { AccessPoints } from "./access-points.ts";
import type { VirtualTime, VirtualTimers } from "./virtual-time.ts";

/** One network found. */
export interface VirtualScanResult {
  readonly SSID: string;
  /** dBm. */
  readonly RSSI: number;
  readonly channel: number;
  readonly BSSID: string;
  readonly security: string;
}

export interface VirtualScanOptions {
  /** Only this channel; default all. */
  readonly channel?: number;
  readonly onFound?: (result: VirtualScanResult) => void;
  readonly onComplete?: () => void;
}

/** ms on one channel. */
const channelTime = 120;
const lastChannel = 13;

/** What a radio works with. */
export interface VirtualRadio {
  readonly accessPoints: AccessPoints;
  readonly timers: VirtualTimers;
  readonly time: VirtualTime;
}

/** One scan: a channel at a time, results as they come, then the end. */
export class WiFiScan {
  readonly #radio: VirtualRadio;
  readonly #options: VirtualScanOptions;
  #channel: number;
  #timer: unknown;
  #isOver = false;

  constructor(radio: VirtualRadio, options: VirtualScanOptions) {
    this.#radio = radio;
    this.#options = options;
    this.#channel = options.channel ?? 1;
    this.wait();
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Ends it without another callback. */
  close(): void {
    this.#isOver = true;
    this.#radio.timers.clear(this.#timer);
  }

  private wait(): void {
    this.#timer = this.#radio.timers.set(() => this.listen(), channelTime);
  }

  private listen(): void {
    const { accessPoints, time } = this.#radio;
    const now = time.ticks();
    const channel = this.#channel++;
    for (const accessPoint of accessPoints.all) {
      if (this.#isOver) return;
      if (accessPoint.channel !== channel || accessPoint.isHidden) continue;
      if (accessPoint.isHeardAt(now)) this.#options.onFound?.(resultOf(accessPoint, now));
    }
    if (this.#isOver) return;
    this.#isOver = channel === (this.#options.channel ?? lastChannel);
    if (this.#isOver) this.#options.onComplete?.();
    else this.wait();
  }
}

function resultOf(accessPoint: AccessPoint, now: number): VirtualScanResult {
  const { SSID, channel, BSSID, security } = accessPoint;
  return { SSID, RSSI: accessPoint.signalAt(now), channel, BSSID, security };
}
