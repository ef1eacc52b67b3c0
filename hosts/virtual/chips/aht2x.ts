// SPDX-License-Identifier: MIT

import type { VirtualChip } from "../i2c-bus.ts";
import type { VirtualTime } from "../virtual-time.ts";
import { crc8 } from "./crc8.ts";

export interface AHT2xChipOptions {
  readonly time: VirtualTime;
  /** The room around it, by `ticks` of `time`: °C and percent. */
  readonly air: { at(ms: number): { readonly temperature: number; readonly humidity: number } };
  /** Comes without its calibration loaded, as some do until they are initialised. */
  readonly isUncalibrated?: boolean;
}

/** What can be wrong with it: not there, busy for ever, a checksum generator gone wrong. */
export type AHT2xDefect = "absent" | "stuck" | "checksum";

/** ms from power-on until it answers, and what its commands take (AHT20 datasheet V1.0, section 5). */
const startTime = 100;
const times = Object.freeze({ initialise: 10, measure: 80, reset: 20 });
/** Bits of the status; bit 4 is always there. */
const [busy, always, calibrated] = [0x80, 0x10, 0x08];

/** Aosong AHT20 or AHT21 (AHT20 datasheet V1.0, section 5). */
export class AHT2xChip implements VirtualChip {
  readonly address = 0x38;
  onViolation: ((text: string) => void) | undefined;
  /** The defect the chip has at present. */
  defect: AHT2xDefect | undefined;
  readonly #time: VirtualTime;
  readonly #air: AHT2xChipOptions["air"];
  readonly #isUncalibrated: boolean;
  #status = 0;
  #readyAt = 0;
  #doneAt: number | undefined;
  /** Five bytes of the last measurement. */
  #data: readonly number[] = [0, 0, 0, 0, 0];
  #forced: readonly number[] | undefined;

  constructor(options: AHT2xChipOptions) {
    this.#time = options.time;
    this.#air = options.air;
    this.#isUncalibrated = options.isUncalibrated ?? false;
    this.reset();
  }

  /** Back door: the next measurements give these five bytes; undefined: the air's. */
  force(data: readonly number[] | undefined): void {
    this.#forced = data;
  }

  /** Loses everything, as at power-on or after a brown-out. */
  reset(): void {
    this.restart(startTime);
  }

  acknowledges(): boolean {
    return this.defect !== "absent" && this.#time.ticks() >= this.#readyAt;
  }

  write(bytes: Uint8Array): boolean {
    if (bytes.length === 0) return true;
    this.update();
    const text = bytes.join(" ");
    if (text === "186") this.restart(times.reset);
    // The status, which a plain read gives as well.
    else if (text === "113") return true;
    else if (this.#doneAt !== undefined) return this.refuse("a command during a measurement");
    else if (text === "172 51 0") this.#doneAt = this.#time.ticks() + times.measure;
    else if (text === "190 8 0") this.initialise();
    else return this.refuse(`unknown command ${text}`);
    return true;
  }

  /** Status, five bytes of data, checksum; anything further is 0xFF. */
  read(length: number): Uint8Array {
    this.update();
    const frame = [this.#status | (this.#doneAt === undefined ? 0 : busy), ...this.#data];
    const check = crc8(frame, 0xff) ^ (this.defect === "checksum" ? 0x01 : 0);
    const bytes = new Uint8Array(length).fill(0xff);
    bytes.set([...frame, check].slice(0, length));
    return bytes;
  }

  private restart(time: number): void {
    this.#status = always | (this.#isUncalibrated ? 0 : calibrated);
    this.#data = [0, 0, 0, 0, 0];
    this.#doneAt = undefined;
    this.#readyAt = this.#time.ticks() + time;
  }

  private initialise(): void {
    this.#status |= calibrated;
    this.#readyAt = this.#time.ticks() + times.initialise;
  }

  private update(): void {
    const doneAt = this.#doneAt;
    if (doneAt === undefined || doneAt > this.#time.ticks() || this.defect === "stuck") return;
    this.#doneAt = undefined;
    const { temperature, humidity } = this.#air.at(doneAt);
    // Without its calibration it measures nonsense.
    const scale = this.#status & calibrated ? 1 : 0.5;
    const [t, h] = [code((scale * (temperature + 50)) / 200), code((scale * humidity) / 100)];
    this.#data = this.#forced ?? [
      h >> 12,
      (h >> 4) & 0xff,
      ((h & 0x0f) << 4) | (t >> 16),
      (t >> 8) & 0xff,
      t & 0xff,
    ];
  }

  private refuse(text: string): false {
    this.onViolation?.(`AHT2x ${text}`);
    return false;
  }
}

/** 20 bits for a part of the full range. */
function code(part: number): number {
  return Math.min(0xfffff, Math.max(0, Math.round(part * 0x100000)));
}
