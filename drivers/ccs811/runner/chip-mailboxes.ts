// SPDX-License-Identifier: MIT

import { SensorError } from "../../sensor-error.ts";
import { mailbox } from "../encoding/registers.ts";
import type { ChipContext } from "./chip-context.ts";
import { runInTime } from "./chip-context.ts";

/** From this application on there is no NTC mailbox. */
const withoutThermistor = 0x2000;

/** The mailboxes that users read and write between the driver's own steps. */
export class ChipMailboxes {
  readonly #context: ChipContext;

  constructor(context: ChipContext) {
    this.#context = context;
  }

  /** Run-in is over, in the mode that is wanted: there is a baseline for each. */
  get isSettled(): boolean {
    const { facts, settings, clock } = this.#context;
    const { measuringSince } = facts;
    if (facts.mode !== settings.mode) return false;
    return measuringSince !== undefined && clock.ticks() >= measuringSince + runInTime;
  }

  readBaseline(): Uint8Array | undefined {
    const bytes = new Uint8Array(2);
    return this.read(mailbox.baseline, bytes) ? bytes : undefined;
  }

  writeBaseline(bytes: Uint8Array, isMeasuring: boolean): boolean {
    if (bytes.length !== 2) {
      throw new SensorError({
        code: "ccs811/bad-option",
        what: "a CCS811 baseline is two bytes",
        why: `it has ${bytes.length}`,
      });
    }
    if (!isMeasuring || !this.isSettled) return false;
    try {
      this.#context.registers.write(mailbox.baseline, bytes);
    } catch {
      this.#context.counters.busFaults++;
      return false;
    }
    return true;
  }

  readThermistor(): { readonly reference: number; readonly thermistor: number } | undefined {
    const { applicationVersion = withoutThermistor } = this.#context.facts;
    if (applicationVersion >= withoutThermistor) return undefined;
    const bytes = new Uint8Array(4);
    if (!this.read(mailbox.ntc, bytes)) return undefined;
    const view = new DataView(bytes.buffer);
    return { reference: view.getUint16(0), thermistor: view.getUint16(2) };
  }

  private read(register: number, bytes: Uint8Array): boolean {
    try {
      this.#context.registers.read(register, bytes);
    } catch {
      this.#context.counters.busFaults++;
      return false;
    }
    return true;
  }
}
