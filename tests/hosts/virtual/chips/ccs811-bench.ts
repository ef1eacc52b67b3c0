// SPDX-License-Identifier: MIT

import type { AirSample } from "../../../../hosts/virtual/air.ts";
import { CCS811Chip, type CCS811ChipOptions } from "../../../../hosts/virtual/chips/ccs811.ts";
import { I2CBus } from "../../../../hosts/virtual/i2c-bus.ts";
import { FakeTime } from "../../../support/fake-time.ts";
import { bytesOf, hexOf } from "../../../support/hex.ts";

export const swReset = "FF 11 E5 72 8A";
export const appStart = "F4";
export const minute = 60_000;

/** A CCS811 on a bus, powered for long enough to answer, with an exact clock and a known room. */
export class CCS811Bench {
  readonly time = new FakeTime();
  readonly bus = new I2CBus();
  readonly chip: CCS811Chip;
  /** Moments of the room that the chip has looked at, ms. */
  readonly looks: number[] = [];
  /** When nINT fell, where the bench has an interrupt. */
  readonly interrupts: number[] = [];
  /** ppm, as a function of the room's ms; TVOC is a tenth of it. */
  CO2At: (ms: number) => number = () => 1_000;

  constructor(options: Partial<CCS811ChipOptions> = {}, hasInterrupt = false) {
    const { time } = this;
    const air = { at: (ms: number) => this.#airAt(ms) };
    const onInterrupt = () => this.interrupts.push(time.ticks());
    const interrupt = { timers: time, onInterrupt };
    const line = hasInterrupt ? { interrupt } : {};
    this.chip = new CCS811Chip({ time, air, clockFactor: 1, ...line, ...options });
    this.bus.attach(this.chip);
    this.time.advance(20);
  }

  /** Writes bytes; "ok" or the fault. */
  write(hex: string): string {
    return this.bus.transfer(0x5a, bytesOf(hex), 0).fault ?? "ok";
  }

  /** Reads a mailbox with a repeated start; bytes in hex or the fault. */
  read(id: number, length = 1): string {
    const result = this.bus.transfer(0x5a, Uint8Array.of(id), length);
    return result.fault ?? hexOf(result.bytes);
  }

  /** The 16-bit word at byte `offset` of a mailbox. */
  word(id: number, offset = 0): number {
    const bytes = bytesOf(this.read(id, offset + 2));
    return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
  }

  /** Starts the application, then, if given, a drive mode. */
  start(measMode?: string): this {
    this.write(appStart);
    this.time.advance(1);
    if (measMode !== undefined) this.write(`01 ${measMode}`);
    return this;
  }

  get violations(): readonly string[] {
    return this.bus.violations;
  }

  #airAt(ms: number): AirSample {
    this.looks.push(ms);
    const CO2 = this.CO2At(ms);
    return { CO2, tvoc: CO2 / 10, temperature: 22, humidity: 45, pressure: 101_325 };
  }
}
