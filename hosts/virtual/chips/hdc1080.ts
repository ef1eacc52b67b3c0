// SPDX-License-Identifier: MIT

import type { VirtualChip } from "../i2c-bus.ts";
import type { VirtualTime } from "../virtual-time.ts";

export interface HDC1080ChipOptions {
  readonly time: VirtualTime;
  /** The room around it, by `ticks` of `time`: °C and percent. */
  readonly air: { at(ms: number): { readonly temperature: number; readonly humidity: number } };
  /** Measurements take half as long again as the typical time that the datasheet gives. */
  readonly isSlow?: boolean;
}

/** What can be wrong with it: not there, never done, all bits high. */
export type HDC1080Defect = "absent" | "stuck" | "open";

/** ms (SNAS672A, sections 6.5 and 6.6): until it measures after power-on, and 14 bits of each. */
const startTime = 15;
const times = Object.freeze({ temperature: 6.35, humidity: 6.5 });
const configurationAtReset = 0x1000;
/** Registers FB to FF: serial number, ids. */
const constants: Readonly<Record<number, number>> = Object.freeze({
  251: 0x0123,
  252: 0x4567,
  253: 0x8980,
  254: 0x5449,
  255: 0x1050,
});

/** Texas Instruments HDC1080 (SNAS672A, section 8). */
export class HDC1080Chip implements VirtualChip {
  readonly address = 0x40;
  onViolation: ((text: string) => void) | undefined;
  /** The defect the chip has at present. */
  defect: HDC1080Defect | undefined;
  readonly #time: VirtualTime;
  readonly #air: HDC1080ChipOptions["air"];
  readonly #isSlow: boolean;
  #configuration = configurationAtReset;
  #pointer = 0;
  #readyAt = 0;
  #doneAt: number | undefined;
  #forced: readonly [temperature: number, humidity: number] | undefined;

  constructor(options: HDC1080ChipOptions) {
    this.#time = options.time;
    this.#air = options.air;
    this.#isSlow = options.isSlow ?? false;
    this.reset();
  }

  /** Back door: the next measurements give these words; undefined: the air's. */
  force(words: readonly [temperature: number, humidity: number] | undefined): void {
    this.#forced = words;
  }

  /** Loses everything, as at power-on or after a brown-out. */
  reset(): void {
    this.#configuration = configurationAtReset;
    this.#pointer = 0;
    this.#doneAt = undefined;
    this.#readyAt = this.#time.ticks() + startTime;
  }

  /** Its configuration register. */
  get configuration(): number {
    return this.#configuration;
  }

  acknowledges(): boolean {
    return this.defect !== "absent";
  }

  write(bytes: Uint8Array): boolean {
    const [pointer, high, low] = bytes;
    if (pointer === undefined) return true;
    const isConstant = pointer >= 0xfb;
    // Before it has started only its ids can be read.
    if (!isConstant && this.#time.ticks() < this.#readyAt) return false;
    if (!isConstant && pointer > 0x02) {
      // Asked by whoever looks for another chip at this address.
      return pointer === 0xe7 || pointer === 0xf3 ? false : this.refuse(`register ${pointer}`);
    }
    this.#pointer = pointer;
    if (pointer < 0x02) this.begin();
    if (high === undefined) return true;
    if (pointer !== 0x02 || low === undefined) return this.refuse(`a write to register ${pointer}`);
    this.#configuration = ((high << 8) | low) & 0x7fff;
    if (high & 0x80) this.reset();
    return true;
  }

  read(length: number): Uint8Array | undefined {
    const words = this.words();
    if (!words) return undefined;
    if (length > 2 * words.length) this.violate(`${length} bytes were read`);
    const bytes = new Uint8Array(length).fill(0xff);
    bytes.set(words.flatMap((word) => [word >> 8, word & 0xff]).slice(0, length));
    return bytes;
  }

  private begin(): void {
    const { temperature, humidity } = times;
    const isBoth = (this.#configuration & 0x1000) !== 0;
    const time = isBoth ? temperature + humidity : this.#pointer === 0 ? temperature : humidity;
    this.#doneAt = this.#time.ticks() + time * (this.#isSlow ? 1.5 : 1);
  }

  private words(): number[] | undefined {
    if (this.#pointer === 0x02) return [this.#configuration];
    if (this.#pointer > 0x02) return [constants[this.#pointer] ?? 0];
    const doneAt = this.#doneAt;
    if (doneAt === undefined || doneAt > this.#time.ticks() || this.defect === "stuck") {
      return undefined;
    }
    // A result is read once.
    this.#doneAt = undefined;
    if (this.defect === "open") return [0xffff, 0xffff];
    const { temperature, humidity } = this.#air.at(doneAt);
    const both = this.#forced ?? [code((temperature + 40) / 165), code(humidity / 100)];
    if (this.#configuration & 0x1000) return [...both];
    return [both[this.#pointer] ?? 0];
  }

  private refuse(text: string): false {
    this.violate(text);
    return false;
  }

  private violate(text: string): void {
    this.onViolation?.(`HDC1080 ${text}`);
  }
}

/** The upper 14 of 16 bits for a part of the full range. */
function code(part: number): number {
  return Math.min(0xfffc, Math.max(0, Math.round(part * 16_384) << 2));
}
