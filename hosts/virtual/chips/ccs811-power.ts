// SPDX-License-Identifier: MIT

import type { VirtualTime } from "../virtual-time.ts";

/** What has sent the chip back to its boot loader. */
export type CCS811Reset = "software" | "pin" | "power" | "brown-out";

export interface CCS811PowerOptions {
  readonly time: VirtualTime;
  /** After power came on or nRESET was released. */
  readonly onReset: (kind: CCS811Reset) => void;
  readonly onViolation: (text: string) => void;
}

/** ms until the chip answers again. */
const afterPower = 20;
const afterReset = 2;
const afterWake = 0.05;
/** Shortest low pulse on nRESET, ms. */
const shortestReset = 0.02;

/** Whether the chip answers at all: supply, pins, and the time it needs for itself. */
export class CCS811Power {
  readonly #options: CCS811PowerOptions;
  #isOn = true;
  #isSilent = false;
  #resetSince: number | undefined;
  #isAsleep = false;
  #readyAt: number;
  #awakeAt = 0;
  /** Why the controller should have waited; empty when it cannot have known. */
  #busyWith = "";

  constructor(options: CCS811PowerOptions) {
    this.#options = options;
    this.#readyAt = options.time.ticks() + afterPower;
  }

  /** Takes the chip's supply away or gives it back. */
  set isOn(on: boolean) {
    if (on === this.#isOn) return;
    this.#isOn = on;
    if (on) this.restart("power");
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** Level of the nRESET pin; low resets, high lets go. */
  set nRESET(level: number) {
    const now = this.#options.time.ticks();
    if (level === 0) {
      this.#resetSince ??= now;
      return;
    }
    const since = this.#resetSince;
    if (since === undefined) return;
    this.#resetSince = undefined;
    if (now - since < shortestReset) this.#options.onViolation("nRESET was low for under 20 µs");
    else if (this.#isOn) this.restart("pin");
  }

  get nRESET(): number {
    return this.#resetSince === undefined ? 1 : 0;
  }

  /** Level of the nWAKE pin; high lets the chip sleep. */
  set nWAKE(level: number) {
    if (this.#isAsleep && level === 0) this.#awakeAt = this.#options.time.ticks() + afterWake;
    this.#isAsleep = level !== 0;
  }

  get nWAKE(): number {
    return this.#isAsleep ? 1 : 0;
  }

  /** The chip hangs and answers nothing until a reset by pin or power. */
  silence(): void {
    this.#isSilent = true;
  }

  /** The chip has reset: it does not answer for a while. */
  restart(kind: CCS811Reset): void {
    if (kind === "pin" || kind === "power") this.#isSilent = false;
    if (kind === "software" || kind === "pin") this.keepBusy(afterReset, "reset");
    else this.keepBusy(afterPower, "");
    this.#options.onReset(kind);
  }

  /** No answer for `ms` from now; `work` says what the controller has to wait for. */
  keepBusy(ms: number, work: string): void {
    this.#readyAt = this.#options.time.ticks() + ms;
    this.#busyWith = work;
  }

  /** Whether the chip acknowledges its address now. */
  answers(): boolean {
    if (!this.#isOn || this.#isSilent) return false;
    if (this.#resetSince !== undefined) return this.refuse("access while nRESET is low");
    if (this.#isAsleep) return this.refuse("access while nWAKE is high");
    const now = this.#options.time.ticks();
    if (now < this.#awakeAt) return this.refuse("access less than 50 µs after nWAKE");
    if (now >= this.#readyAt) return true;
    return this.#busyWith === "" ? false : this.refuse(`access during ${this.#busyWith}`);
  }

  private refuse(text: string): false {
    this.#options.onViolation(text);
    return false;
  }
}
