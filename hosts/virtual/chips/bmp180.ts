// SPDX-License-Identifier: MIT

import type { VirtualChip } from "../i2c-bus.ts";
import type { VirtualTime } from "../virtual-time.ts";
import { BMP180Trimming, bmp180Specimen } from "./bmp180-trimming.ts";

export interface BMP180ChipOptions {
  readonly time: VirtualTime;
  /** The room around it, by `ticks` of `time`: °C and Pa. */
  readonly air: { at(ms: number): { readonly temperature: number; readonly pressure: number } };
  /** 0xAA–0xBF; default: the datasheet's example. */
  readonly calibration?: readonly number[];
  /** Conversions take the longest time that the datasheet allows, not the typical. */
  readonly isSlow?: boolean;
}

/** What can be wrong with the chip itself: not there, never ready, memory empty. */
export type BMP180Defect = "absent" | "stuck" | "blank";

/** Codes of the next conversions; what is undefined comes from the air. */
export interface BMP180Codes {
  readonly temperature?: number | undefined;
  /** With the bits of the oversampling that is set. */
  readonly pressure?: number | undefined;
}

/** ms from power-on or reset until the chip can be talked to. */
const startTime = 10;
/** ms of a conversion, typically and at most: temperature, then pressure by oss (table 3). */
const durations = Object.freeze({
  temperature: Object.freeze([3, 4.5]),
  pressure: Object.freeze([
    Object.freeze([3, 4.5]),
    Object.freeze([5, 7.5]),
    Object.freeze([9, 13.5]),
    Object.freeze([17, 25.5]),
  ]),
});

/** BMP180 at the level of its registers (BMP180 datasheet section 4). */
export class BMP180Chip implements VirtualChip {
  readonly address = 0x77;
  onViolation: ((text: string) => void) | undefined;
  /** The defect the chip has at present. */
  defect: BMP180Defect | undefined;
  readonly #time: VirtualTime;
  readonly #air: BMP180ChipOptions["air"];
  readonly #calibration: readonly number[];
  readonly #trimming: BMP180Trimming;
  readonly #isSlow: boolean;
  readonly #result = new Uint8Array(3);
  #pointer = 0;
  #control = 0;
  #readyAt = 0;
  #doneAt: number | undefined;
  #forced: BMP180Codes = {};

  constructor(options: BMP180ChipOptions) {
    this.#time = options.time;
    this.#air = options.air;
    this.#calibration = options.calibration ?? bmp180Specimen;
    this.#trimming = new BMP180Trimming(this.#calibration);
    this.#isSlow = options.isSlow ?? false;
    this.reset();
  }

  /** Back door: the next conversions give these codes instead of the air's. */
  force(codes: BMP180Codes): void {
    this.#forced = { ...codes };
  }

  /** Loses everything, as at power-on, after a brown-out or a reset over the bus. */
  reset(): void {
    this.#control = 0x80;
    this.#result.set([0x80, 0, 0]);
    this.#doneAt = undefined;
    this.#readyAt = this.#time.ticks() + startTime;
  }

  acknowledges(): boolean {
    return this.defect !== "absent";
  }

  write(bytes: Uint8Array): boolean {
    this.update();
    const [at, value] = bytes;
    if (at === undefined) return true;
    this.#pointer = at;
    if (value === undefined) return true;
    if (bytes.length > 2) this.violate("more than one register was written");
    this.writeRegister(at, value);
    return true;
  }

  read(length: number): Uint8Array {
    this.update();
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) bytes[i] = this.readRegister(this.#pointer + i);
    return bytes;
  }

  private get isReady(): boolean {
    return this.#time.ticks() >= this.#readyAt;
  }

  private readRegister(at: number): number {
    if (at === 0xd0) return 0x55;
    if (at >= 0xaa && at <= 0xbf) return this.calibrationByte(at - 0xaa);
    if (at === 0xf4) return this.#control;
    if (at >= 0xf6 && at <= 0xf8) return this.resultByte(at - 0xf6);
    // The hole that a burst from the control register passes.
    if (at !== 0xf5) this.violate(`register ${hex(at)} was read`);
    return 0;
  }

  private calibrationByte(index: number): number {
    if (this.isReady) return this.defect === "blank" ? 0xff : (this.#calibration[index] ?? 0);
    this.violate("calibration was read before it was ready");
    return 0;
  }

  private resultByte(index: number): number {
    return this.#result[index] ?? 0;
  }

  private writeRegister(at: number, value: number): void {
    if (at === 0xe0) {
      if (value === 0xb6) this.reset();
      else this.violate(`reset register got ${hex(value)}`);
      return;
    }
    if (at !== 0xf4) {
      this.violate(`register ${hex(at)} was written`);
      return;
    }
    if (!this.isReady) {
      this.violate("a conversion was started before the chip was ready");
      return;
    }
    this.start(value);
  }

  private start(command: number): void {
    const isTemperature = command === 0x2e;
    if (!isTemperature && (command & 0x3f) !== 0x34) {
      this.violate(`control register got ${hex(command)}`);
      return;
    }
    if (this.#doneAt !== undefined) this.violate("a conversion was started while another runs");
    const times = isTemperature ? durations.temperature : durations.pressure[command >> 6];
    this.#control = command;
    this.#doneAt = this.#time.ticks() + (times?.[this.#isSlow ? 1 : 0] ?? 0);
  }

  /** Finishes the conversion that has become ready since the last access. */
  private update(): void {
    const doneAt = this.#doneAt;
    if (doneAt === undefined || doneAt > this.#time.ticks() || this.defect === "stuck") return;
    this.#doneAt = undefined;
    const { temperature, pressure } = this.#air.at(doneAt);
    const rawTemperature = this.#trimming.rawTemperature(temperature);
    if (this.#control === 0x2e) {
      this.show((this.#forced.temperature ?? rawTemperature) << 8);
    } else {
      const oss = this.#control >> 6;
      const fine = this.#trimming.fine(rawTemperature);
      const raw = this.#trimming.rawPressure(pressure, fine, oss);
      this.show((this.#forced.pressure ?? raw) << (8 - oss));
    }
    // Sco falls at the end, the rest stays.
    this.#control &= 0xdf;
  }

  private show(bits: number): void {
    this.#result.set([(bits >> 16) & 0xff, (bits >> 8) & 0xff, bits & 0xff]);
  }

  private violate(text: string): void {
    this.onViolation?.(`BMP180 ${text}`);
  }
}

function hex(value: number): string {
  return `0x${value.toString(16).toUpperCase().padStart(2, "0")}`;
}
