// SPDX-License-Identifier: MIT

import { messageOf } from "../../../modules/base/app-error.ts";
import type { PulseCallback, PulseSource } from "../../../modules/base/pulse-source.ts";
import type { Faults } from "../../moddable/faults.ts";
import { captureLine, closeLine, openLine } from "./pulse-line.js";
import { PulseSourceError } from "./pulse-source-error.ts";

/** ms: limits of the start signal (AM2302 manual, section 7; a DHT11 wants 18 or more). */
const startSignal = Object.freeze({ shortest: 0.8, longest: 20 });

/** Pulse capture by the ESP32's RMT receiver. One at a time: a second one is refused. */
export class ESP32PulseSource implements PulseSource {
  readonly #faults: Faults;
  #callback: PulseCallback | undefined;
  #isOpen = false;

  constructor(options: { readonly pin: number }, faults: Faults) {
    const { pin } = options;
    this.#faults = faults;
    attempt("pulses/no-line", `GPIO ${pin} cannot capture pulses`, () => {
      openLine(pin, (widths) => this.#captured(widths));
    });
    this.#isOpen = true;
  }

  capture(startLow: number, callback: PulseCallback): void {
    if (!this.#isOpen) {
      throw new PulseSourceError({ code: "pulses/closed", what: "the pulse capture is closed" });
    }
    if (this.#callback) {
      throw new PulseSourceError({ code: "pulses/busy", what: "a capture is under way" });
    }
    const { shortest, longest } = startSignal;
    if (!(startLow >= shortest && startLow <= longest)) {
      throw new PulseSourceError({
        code: "pulses/bad-signal",
        what: "the start signal is too short or too long",
        why: `${startLow} ms, ${shortest} to ${longest} are possible`,
      });
    }
    attempt("pulses/no-capture", "the pulse capture did not start", () => {
      captureLine(Math.round(startLow * 1_000));
    });
    this.#callback = callback;
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#callback = undefined;
    closeLine();
  }

  #captured(widths: ArrayBuffer | undefined): void {
    const callback = this.#callback;
    if (!callback) return;
    this.#callback = undefined;
    this.#faults.run("pulses", () => callback(widths && new Uint16Array(widths)));
  }
}

function attempt(code: string, what: string, action: () => void): void {
  try {
    action();
  } catch (cause) {
    throw new PulseSourceError({ code, what, why: messageOf(cause), cause });
  }
}
