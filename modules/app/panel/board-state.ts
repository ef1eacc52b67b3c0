// SPDX-License-Identifier: MIT

import type { Clock } from "../../base/clock.ts";
import type { SessionState } from "../../mqtt/session.ts";
import type { WiFiState } from "../../wifi/wifi-state.ts";
import type { LEDPattern } from "./pattern-led.ts";

export interface BoardStateOptions {
  readonly clock: Clock;
  readonly wifi: { readonly state: WiFiState };
  /** Undefined: no usable broker is set. */
  readonly session: { readonly state: SessionState } | undefined;
  /** The board is in safe mode. */
  readonly isSafe: boolean;
}

/** Joining for longer is a fault, ms. */
const patience = 60_000;

/**
 * What the board's own LED shows: quick while it joins, on when it is online, slow when somebody should
 * look at it (safe mode, no network that is set, or not online for a minute), off with Wi-Fi off.
 */
export class BoardState {
  readonly #options: BoardStateOptions;
  /** Ticks when it was online last, or began to join. */
  #since: number;

  constructor(options: BoardStateOptions) {
    this.#options = options;
    this.#since = options.clock.ticks();
  }

  get pattern(): LEDPattern {
    const { clock, wifi, session, isSafe } = this.#options;
    const { kind } = wifi.state;
    const now = clock.ticks();
    const isOnline = kind === "online" && (!session || session.state.kind === "online");
    if (isOnline || kind === "off") this.#since = now;
    if (kind === "off" && !isSafe) return "off";
    if (isOnline && !isSafe) return "on";
    const isInTrouble = isSafe || kind === "failed" || now - this.#since >= patience;
    return isInTrouble ? "slow" : "quick";
  }
}
