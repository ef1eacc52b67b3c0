// SPDX-License-Identifier: MIT

import type { Digital } from "../../../modules/ecma-419/digital.ts";
import { noPin } from "../ccs811-errors.ts";
import type { CCS811Options, CCS811Pin } from "../ccs811-options.ts";

/** The pins beside the bus. */
export type WiredPins = Pick<CCS811Options, "wake" | "reset" | "interrupt">;

/** nWAKE, nRESET and nINT, as far as they are wired. */
export class ChipPins {
  readonly #resetPin: CCS811Pin | undefined;
  #wake: Digital | undefined;
  #interrupt: Digital | undefined;
  #reset: Digital | undefined;

  /** Wakes the chip. `onInterrupt` is called at each falling edge of nINT. */
  constructor(options: WiredPins, onInterrupt?: () => void) {
    const { wake, reset, interrupt } = options;
    this.#resetPin = reset && { io: reset.io, pin: reset.pin };
    try {
      if (wake) {
        this.#wake = new wake.io({ pin: wake.pin, mode: wake.io.Output });
        this.#wake.write(0);
      }
      if (interrupt && onInterrupt) {
        const { io, pin } = interrupt;
        const mode = io.InputPullUp;
        this.#interrupt = new io({ pin, mode, edge: io.Falling, onReadable: onInterrupt });
      }
    } catch (error) {
      this.close();
      throw error;
    }
  }

  get hasReset(): boolean {
    return this.#resetPin !== undefined;
  }

  /**
   * Pulls nRESET low. The pin is opened only for this: opening it could give a pulse that resets a
   * sensor which is to be taken over running.
   */
  startReset(): void {
    if (!this.#resetPin) return;
    const { io, pin } = this.#resetPin;
    try {
      this.#reset ??= new io({ pin, mode: io.OutputOpenDrain });
      this.#reset.write(0);
    } catch (error) {
      throw noPin(error);
    }
  }

  /** Lets go of nRESET; the chip pulls it up. */
  endReset(): void {
    const reset = this.#reset;
    this.#reset = undefined;
    reset?.write(1);
    reset?.close();
  }

  /** Lets the chip sleep and gives the pins back. */
  close(): void {
    this.endReset();
    this.#interrupt?.close();
    this.#interrupt = undefined;
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.write(1);
    wake?.close();
  }
}
