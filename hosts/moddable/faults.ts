// SPDX-License-Identifier: MIT

import { messageOf } from "../../modules/base/app-error.ts";
import type { HostFaults } from "../../modules/base/host.ts";
import type { TurnMeter } from "../../modules/base/turn-meter.ts";

/**
 * Keeps exceptions away from the SDK. One that escapes from a callback of the SDK aborts the XS
 * machine: the board restarts, the simulator stops. So every callback handed to the SDK goes through
 * here, and here its time is measured.
 */
export class Faults implements HostFaults {
  onFault: ((where: string, error: unknown) => void) | undefined;
  readonly #turns: TurnMeter | undefined;

  constructor(turns?: TurnMeter) {
    this.#turns = turns;
  }

  /** Tells of an exception; never throws. Until somebody listens it goes to `trace`. */
  report(where: string, error: unknown): void {
    try {
      if (this.onFault) this.onFault(where, error);
      else trace(`${where}: ${messageOf(error)}\n`);
    } catch (second) {
      trace(`${where}: ${messageOf(error)}; then telling it failed: ${messageOf(second)}\n`);
    }
  }

  /** Calls `action`; an exception is reported and goes no further. */
  run(where: string, action: () => void): void {
    this.#turns?.begin();
    try {
      action();
    } catch (error) {
      this.report(where, error);
    }
    this.#turns?.end();
  }
}
