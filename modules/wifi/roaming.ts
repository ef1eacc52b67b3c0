// SPDX-License-Identifier: MIT

import type { WiFiScanResult } from "../ecma-419/wifi.ts";

/** Below this the signal is weak, dBm. */
const weakSignal = -75;
/** It must have been weak for so long, ms. */
const weakTime = 30_000;
/** Shortest time, ms, from joining, and from one look at the other networks to the next. */
const holdOff = 300_000;
/** How much better another network must be, dB. */
const margin = 10;
/** Share of a new measurement in the mean. */
const share = 0.2;

/**
 * Decides when a board whose signal stays weak looks for a stronger network, and whether one is so
 * much stronger that it moves. Hysteresis and hold-off keep it from going back and forth.
 */
export class Roaming {
  /** Mean signal of the present connection, dBm; 0 before the first measurement. */
  #mean = 0;
  #weakSince: number | undefined;
  #lookedAt = 0;

  /** The board has joined a network. */
  joined(now: number): void {
    this.#mean = 0;
    this.#weakSince = undefined;
    this.#lookedAt = now;
  }

  /** Takes a measurement, dBm; true when it is time to look for a stronger network. */
  measure(RSSI: number, now: number): boolean {
    this.#mean = this.#mean === 0 ? RSSI : this.#mean + share * (RSSI - this.#mean);
    if (this.#mean >= weakSignal) this.#weakSince = undefined;
    else this.#weakSince ??= now;
    if (this.#weakSince === undefined || now - this.#weakSince < weakTime) return false;
    if (now - this.#lookedAt < holdOff) return false;
    this.#lookedAt = now;
    return true;
  }

  /**
   * The network that is so much better than the present one that the board should move: another one,
   * or another access point of the same. `scoreOf` gives undefined for a network not to be joined.
   */
  betterOf(
    networks: readonly WiFiScanResult[],
    own: { readonly SSID: string; readonly BSSID: string | undefined },
    scoreOf: (network: { readonly SSID: string; readonly RSSI: number }) => number | undefined,
  ): string | undefined {
    let best: string | undefined;
    let least = (scoreOf({ SSID: own.SSID, RSSI: this.#mean }) ?? 0) + margin;
    for (const network of networks) {
      // Where the host does not tell access points apart, the present network is no choice.
      const { BSSID = own.BSSID } = network;
      if (network.SSID === own.SSID && (own.BSSID === undefined || BSSID === own.BSSID)) continue;
      const score = scoreOf(network);
      if (score === undefined || score < least) continue;
      best = network.SSID;
      least = score;
    }
    return best;
  }
}
