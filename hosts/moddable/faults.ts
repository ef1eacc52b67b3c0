// SPDX-License-Identifier: MIT

import { messageOf } from "../../modules/base/app-error.ts";
import type { HostFaults } from "../../modules/base/host.ts";

/**
 * Keeps exceptions away from the SDK. One that escapes from a callback of the SDK aborts the XS
 * machine: the board restarts, the simulator stops. So every callback handed to the SDK goes through
 * here.
 */
export class Faults implements HostFaults {
  onFault: ((where: string, error: unknown) => void) | undefined;

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
    try {
      action();
    } catch (error) {
      this.report(where, error);
    }
  }
}
