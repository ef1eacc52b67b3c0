// SPDX-License-Identifier: MIT

import type { VirtualChip } from "../i2c-bus.ts";
import type { VirtualTime } from "../virtual-time.ts";
import { crc8 } from "./crc8.ts";

export interface SHT3xChipOptions {
  readonly time: VirtualTime;
  /** The room around it, by `ticks` of `time`: °C and percent. */
  readonly air: { at(ms: number): { readonly temperature: number; readonly humidity: number } };
  /** Default 0x44. */
  readonly address?: 0x44 | 0x45;
  /** Measurements take the longest time that the datasheet allows, not the typical. */
  readonly isSlow?: boolean;
}

/** What can be wrong with the chip itself: not there, never done, a checksum generator gone wrong. */
export type SHT3xDefect = "absent" | "stuck" | "checksum";

/** ms from power-on or a soft reset until the chip answers. */
const startTime = 1;
/** ms of a measurement, typically and at most, by its command (SHT3x datasheet table 4). */
const durations: Readonly<Record<number, readonly [number, number]>> = Object.freeze({
  9216: [12.5, 15.5],
  9227: [4.5, 6.5],
  9238: [2.5, 4.5],
});

/** Bits of the status register that are set after a reset: alert pending, reset detected. */
const statusAtReset = 0x8010;
const heaterOn = 0x2000;

/** SHT30, SHT31 or SHT35 in single-shot mode (SHT3x datasheet section 4). */
export class SHT3xChip implements VirtualChip {
  readonly address: number;
  onViolation: ((text: string) => void) | undefined;
  /** The defect the chip has at present. */
  defect: SHT3xDefect | undefined;
  readonly #time: VirtualTime;
  readonly #air: SHT3xChipOptions["air"];
  readonly #isSlow: boolean;
  #readyAt = 0;
  #doneAt: number | undefined;
  #status = statusAtReset;
  /** Words that the next read gives. */
  #answer: readonly number[] = [];
  #forced: { readonly temperature: number; readonly humidity: number } | undefined;

  constructor(options: SHT3xChipOptions) {
    this.address = options.address ?? 0x44;
    this.#time = options.time;
    this.#air = options.air;
    this.#isSlow = options.isSlow ?? false;
    this.reset();
  }

  /** Back door: the next measurements give these codes of 16 bits; undefined: the air's. */
  force(codes: { readonly temperature: number; readonly humidity: number } | undefined): void {
    this.#forced = codes;
  }

  /** Loses everything, as at power-on, after a brown-out or a soft reset. */
  reset(): void {
    this.#status = statusAtReset;
    this.#answer = [];
    this.#doneAt = undefined;
    this.#readyAt = this.#time.ticks() + startTime;
  }

  /** Bit 13 of the status. */
  get isHeating(): boolean {
    return (this.#status & heaterOn) !== 0;
  }

  acknowledges(): boolean {
    return this.defect !== "absent" && this.#time.ticks() >= this.#readyAt;
  }

  write(bytes: Uint8Array): boolean {
    if (bytes.length === 0) return true;
    this.update();
    if (bytes.length !== 2) {
      this.violate(`a command of ${bytes.length} bytes`);
      return false;
    }
    if (this.#doneAt !== undefined) {
      this.violate("a command during a measurement");
      return false;
    }
    return this.run(((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0));
  }

  /** Refused while a measurement runs, and when there is nothing to read. */
  read(length: number): Uint8Array | undefined {
    this.update();
    if (this.#doneAt !== undefined || this.#answer.length === 0) return undefined;
    if (length > 3 * this.#answer.length) this.violate(`${length} bytes were read`);
    const bytes = new Uint8Array(length).fill(0xff);
    bytes.set(this.#answer.flatMap((word) => this.framed(word)).slice(0, length));
    this.#answer = [];
    return bytes;
  }

  private run(command: number): boolean {
    const times = durations[command];
    this.#answer = [];
    if (times) this.#doneAt = this.#time.ticks() + (this.#isSlow ? times[1] : times[0]);
    else if (command === 0xf32d) this.#answer = [this.#status];
    else if (command === 0x3041) this.#status &= heaterOn;
    else if (command === 0x306d) this.#status |= heaterOn;
    else if (command === 0x3066) this.#status &= ~heaterOn;
    else if (command === 0x30a2) this.reset();
    else {
      this.violate(`unknown command 0x${command.toString(16)}`);
      return false;
    }
    return true;
  }

  private update(): void {
    const doneAt = this.#doneAt;
    if (doneAt === undefined || doneAt > this.#time.ticks() || this.defect === "stuck") return;
    this.#doneAt = undefined;
    const { temperature, humidity } = this.#air.at(doneAt);
    this.#answer = this.#forced
      ? [this.#forced.temperature, this.#forced.humidity]
      : [code((temperature + 45) / 175), code(humidity / 100)];
  }

  private framed(word: number): number[] {
    const bytes = [word >> 8, word & 0xff];
    // Datasheet table 21.
    return [...bytes, crc8(bytes, 0xff) ^ (this.defect === "checksum" ? 0x01 : 0)];
  }

  private violate(text: string): void {
    this.onViolation?.(`SHT3x ${text}`);
  }
}

/** 16 bits for a part of the full range. */
function code(part: number): number {
  return Math.min(65_535, Math.max(0, Math.round(part * 65_535)));
}
