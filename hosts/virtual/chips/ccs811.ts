// SPDX-License-Identifier: MIT

import type { AirSample } from "../air.ts";
import type { VirtualChip } from "../i2c-bus.ts";
import { hash } from "../noise.ts";
import type { VirtualTime, VirtualTimers } from "../virtual-time.ts";
import { CCS811Interrupt } from "./ccs811-interrupt.ts";
import { CCS811Measurement } from "./ccs811-measurement.ts";
import { CCS811Power, type CCS811Reset } from "./ccs811-power.ts";
import { type CCS811Firmware, ccs811Profiles } from "./ccs811-profile.ts";
import { CCS811Registers } from "./ccs811-registers.ts";
import type { CCS811ThresholdValues } from "./ccs811-thresholds.ts";
import { CCS811Violations } from "./ccs811-violations.ts";

export interface CCS811ChipOptions {
  readonly time: VirtualTime;
  /** The room around it; its ms count from the first start of measurement. */
  readonly air: { at(ms: number): AirSample };
  /** Default 0x5A. */
  readonly address?: 0x5a | 0x5b;
  /** Default "2.0.0"; "none": only the boot loader. */
  readonly firmware?: CCS811Firmware | "none";
  /** Tells one specimen from another. Default 1. */
  readonly seed?: number;
  /** 1.02: its periods are 2 % too long. Default within ±2 %, by seed. */
  readonly clockFactor?: number;
  /** After every reset: the chip has let go of the bus. */
  readonly onReset?: (kind: CCS811Reset) => void;
  /** nINT has gone low, at its own time. */
  readonly interrupt?: { readonly timers: VirtualTimers; readonly onInterrupt: () => void };
}

/**
 * A CCS811 at the level of its registers, strict about the datasheet: what a controller does against
 * it is answered as the chip would and recorded in `violations`. It has just been powered on.
 */
export class CCS811Chip implements VirtualChip {
  readonly address: number;
  /** Supply, nRESET and nWAKE. */
  readonly power: CCS811Power;
  /** Every byte read is 0xFF. */
  readsOnes = false;
  /** µs of clock stretching in every transaction. */
  stretchMicroseconds = 60;
  readonly #options: CCS811ChipOptions;
  readonly #violations = new CCS811Violations();
  readonly #measurement: CCS811Measurement;
  readonly #registers: CCS811Registers;
  #interrupt: CCS811Interrupt | undefined;
  #pointer: number | undefined;

  constructor(options: CCS811ChipOptions) {
    const { time, air, firmware = "2.0.0", seed = 1 } = options;
    const clockFactor = options.clockFactor ?? 0.98 + 0.04 * hash(seed, 811);
    const profile = ccs811Profiles[firmware === "none" ? "2.0.0" : firmware];
    this.#options = options;
    this.address = options.address ?? 0x5a;
    this.#measurement = new CCS811Measurement(profile, { air, seed, clockFactor });
    this.power = new CCS811Power({
      time,
      onReset: (kind) => this.reset(kind),
      onViolation: (text) => this.#violations.ofState(text),
    });
    this.#registers = new CCS811Registers({
      firmware,
      measurement: this.#measurement,
      violations: this.#violations,
      keepBusy: (ms, work) => this.power.keepBusy(ms, work),
      onSoftwareReset: () => this.power.restart("software"),
    });
    this.#interrupt = options.interrupt && this.makeInterrupt(options.interrupt);
  }

  /** What was done against the datasheet, oldest first. */
  get violations(): readonly string[] {
    return this.#violations.list;
  }

  get onViolation(): ((text: string) => void) | undefined {
    return this.#violations.onViolation;
  }

  set onViolation(callback: ((text: string) => void) | undefined) {
    this.#violations.onViolation = callback;
  }

  /** What the firmware has set and what the boot loader holds. */
  get registers(): CCS811Registers {
    return this.#registers;
  }

  get state(): "boot" | "app" {
    return this.#registers.isApp ? "app" : "boot";
  }

  /** 0–4. */
  get driveMode(): number {
    return this.#measurement.driveMode;
  }

  /** Measurements in the present drive mode so far. */
  get count(): number {
    this.advance();
    return this.#measurement.count;
  }

  get thresholds(): CCS811ThresholdValues {
    return this.#measurement.thresholds.values;
  }

  /** Level of the interrupt pin. */
  get nINT(): 0 | 1 {
    this.advance();
    return this.#measurement.isInterrupting ? 0 : 1;
  }

  /** ERROR_ID bits 3–5 that every measurement raises again; results are then 400 and 0. */
  get hardwareFaults(): number {
    return this.#measurement.hardwareFaults;
  }

  set hardwareFaults(bits: number) {
    this.advance();
    this.#measurement.hardwareFaults = bits;
  }

  /** The supply dips: the chip is back in its boot loader and nobody was told. */
  brownOut(): void {
    this.power.restart("brown-out");
  }

  /** Measures no more, though it answers, until a reset. */
  stall(): void {
    const now = this.advance();
    this.#measurement.stall(now);
    this.#interrupt?.update();
  }

  acknowledges(): boolean {
    return this.power.answers();
  }

  stretch(): number {
    return this.power.isOn ? this.stretchMicroseconds : 0;
  }

  misled(): void {
    this.#violations.excuse("misled");
  }

  write(bytes: Uint8Array): boolean {
    const now = this.advance();
    const id = bytes[0];
    if (id === undefined) return true;
    this.#pointer = id;
    this.#registers.write(id, bytes.subarray(1), now);
    this.#interrupt?.update();
    return true;
  }

  read(length: number): Uint8Array {
    const bytes = this.#registers.read(this.#pointer, length, this.advance());
    this.#interrupt?.update();
    return this.readsOnes ? bytes.fill(0xff) : bytes;
  }

  /** nINT is wired to something else from now on; undefined: to nothing. */
  wireInterrupt(interrupt: CCS811ChipOptions["interrupt"]): void {
    this.close();
    this.#interrupt = interrupt && this.makeInterrupt(interrupt);
    this.#interrupt?.update();
  }

  /** Stops the interrupt's timer: the chip is taken off the board. */
  close(): void {
    this.#interrupt?.close();
  }

  private advance(): number {
    const now = this.#options.time.ticks();
    if (this.power.isOn) this.#registers.raise(this.#measurement.advance(now));
    return now;
  }

  private reset(kind: CCS811Reset): void {
    const hadPower = kind === "software" || kind === "pin";
    if (hadPower) this.#violations.noteReset();
    else this.#violations.excuse("restarted");
    this.#pointer = undefined;
    this.#registers.reset(this.#options.time.ticks(), hadPower);
    this.#interrupt?.update();
    this.#options.onReset?.(kind);
  }

  private makeInterrupt(options: NonNullable<CCS811ChipOptions["interrupt"]>): CCS811Interrupt {
    return new CCS811Interrupt({
      ...options,
      isLow: () => this.nINT === 0,
      untilNext: () => {
        // Without power nothing is measured, and what was due does not come.
        if (!this.power.isOn) return undefined;
        return this.#measurement.untilNext(this.#options.time.ticks());
      },
    });
  }
}
