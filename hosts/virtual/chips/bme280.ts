// SPDX-License-Identifier: MIT

import type { VirtualChip } from "../i2c-bus.ts";
import type { VirtualTime } from "../virtual-time.ts";
import {
  type BME280Codes,
  BME280Converter,
  type BME280Setup,
  bme280Duration,
  type ClimateAir,
} from "./bme280-converter.ts";
import { type BME280CalibrationBytes, BME280Trimming, bme280Specimen } from "./bme280-trimming.ts";

export interface BME280ChipOptions {
  readonly time: VirtualTime;
  /** The room around it, by `ticks` of `time`. */
  readonly air: { at(ms: number): ClimateAir };
  /** Default 0x76. */
  readonly address?: 0x76 | 0x77;
  /** Default "BME280". */
  readonly model?: "BME280" | "BMP280";
  /** Default: a real part's. */
  readonly calibration?: BME280CalibrationBytes;
  /** Conversions take the longest time that the datasheet allows, not the typical. */
  readonly isSlow?: boolean;
}

/** What can be wrong with the chip itself: not there, never ready, memory empty. */
export type BME280Defect = "absent" | "stuck" | "blank";

/** ms from power-on or reset until the calibration has been copied. */
const startTime = 2;
/** ms between two measurements in normal mode, by t_sb; the last two differ between the models. */
const standby = Object.freeze([0.5, 62.5, 125, 250, 500, 1000]);
const lastStandby = Object.freeze({ BMP280: [2000, 4000], BME280: [10, 20] } as const);

/** BME280 or BMP280 at the level of its registers (BME280 datasheet section 5). */
export class BME280Chip implements VirtualChip {
  readonly address: number;
  onViolation: ((text: string) => void) | undefined;
  /** The defect the chip has at present. */
  defect: BME280Defect | undefined;
  readonly #model: "BME280" | "BMP280";
  readonly #time: VirtualTime;
  readonly #air: BME280ChipOptions["air"];
  readonly #isSlow: boolean;
  readonly #calibration: BME280CalibrationBytes;
  readonly #converter: BME280Converter;
  readonly #registers = new Uint8Array(256);
  #pointer = 0;
  #readyAt = 0;
  /** osrs_h as it counts: taken over when ctrl_meas is written. */
  #osrsH = 0;
  #doneAt: number | undefined;
  /** ctrl_meas for the time after the measurement that runs. */
  #pending: number | undefined;
  #forced: BME280Codes | undefined;

  constructor(options: BME280ChipOptions) {
    this.address = options.address ?? 0x76;
    this.#model = options.model ?? "BME280";
    this.#time = options.time;
    this.#air = options.air;
    this.#isSlow = options.isSlow ?? false;
    this.#calibration = options.calibration ?? bme280Specimen;
    this.#converter = new BME280Converter(new BME280Trimming(this.#calibration));
    this.reset();
  }

  /** Back door: the next measurements give these codes instead of the air's; undefined: the air's. */
  force(codes: BME280Codes | undefined): void {
    this.#forced = codes;
  }

  /** Loses everything, as at power-on, after a brown-out or a reset over the bus. */
  reset(): void {
    this.#registers.fill(0);
    this.#registers[0xd0] = this.#model === "BME280" ? 0x60 : 0x58;
    this.show({ pressure: undefined, temperature: undefined, humidity: undefined });
    this.#readyAt = this.#time.ticks() + startTime;
    this.#osrsH = 0;
    this.#doneAt = undefined;
    this.#pending = undefined;
    this.#converter.forget();
  }

  acknowledges(): boolean {
    return this.defect !== "absent";
  }

  write(bytes: Uint8Array): boolean {
    this.update();
    if (bytes.length === 0) return true;
    this.#pointer = bytes[0] ?? 0;
    if (bytes.length === 1) return true;
    if (bytes.length % 2 !== 0) this.violate("a write is not pairs of register and value");
    for (let i = 0; i + 1 < bytes.length; i += 2) {
      this.writeRegister(bytes[i] ?? 0, bytes[i + 1] ?? 0);
    }
    return true;
  }

  read(length: number): Uint8Array {
    this.update();
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) bytes[i] = this.readRegister(this.#pointer + i);
    return bytes;
  }

  private readRegister(at: number): number {
    if (!isReadable(at, this.#model)) this.violate(`register ${hex(at)} was read`);
    if (at === 0xf3) return this.status();
    return this.calibrationByte(at) ?? this.#registers[at & 0xff] ?? 0;
  }

  private status(): number {
    const isUpdating = this.#time.ticks() < this.#readyAt || this.defect === "stuck";
    return (this.#doneAt === undefined ? 0 : 0x08) | (isUpdating ? 0x01 : 0);
  }

  private calibrationByte(at: number): number | undefined {
    const { low, H1, humidity } = this.#calibration;
    const isBME = this.#model === "BME280";
    let byte: number | undefined;
    if (at >= 0x88 && at <= 0x9f) byte = low[at - 0x88];
    else if (at === 0xa1) byte = isBME ? H1 : 0;
    else if (isBME && at >= 0xe1 && at <= 0xe7) byte = humidity[at - 0xe1];
    if (byte === undefined) return undefined;
    if (this.#time.ticks() < this.#readyAt) {
      this.violate("calibration was read before it was ready");
      return 0;
    }
    return this.defect === "blank" ? 0 : byte;
  }

  private writeRegister(at: number, value: number): void {
    if (at === 0xe0) {
      if (value === 0xb6) this.reset();
      else this.violate(`reset register got ${hex(value)}`);
      return;
    }
    if (this.#time.ticks() < this.#readyAt) {
      this.violate(`register ${hex(at)} was written before the chip was ready`);
    }
    if (at === 0xf2 && this.#model === "BME280") this.#registers[at] = value & 0x07;
    else if (at === 0xf4) this.control(value);
    else if (at === 0xf5) this.configure(value);
    else this.violate(`register ${hex(at)} was written`);
  }

  private configure(value: number): void {
    if (this.isNormal) {
      this.violate("config was written in normal mode");
      return;
    }
    if (((this.#registers[0xf5] ?? 0) ^ value) & 0x1c) this.#converter.forget();
    this.#registers[0xf5] = value & 0xfd;
  }

  /** A change of mode during a measurement waits for its end; more of them are lost (3.3). */
  private control(value: number): void {
    if (this.#doneAt !== undefined && !this.isNormal) {
      if (this.#pending !== undefined) this.violate("ctrl_meas was written twice while busy");
      this.#pending ??= value;
      return;
    }
    this.enter(value, this.#time.ticks());
  }

  private enter(control: number, at: number): void {
    this.#pending = undefined;
    this.#registers[0xf4] = control;
    this.#osrsH = (this.#registers[0xf2] ?? 0) & 7;
    this.#doneAt = (control & 3) === 0 ? undefined : at + this.duration();
  }

  private sleep(): void {
    this.#registers[0xf4] = (this.#registers[0xf4] ?? 0) & 0xfc;
    this.#doneAt = undefined;
  }

  private get isNormal(): boolean {
    return ((this.#registers[0xf4] ?? 0) & 3) === 3;
  }

  private duration(): number {
    return bme280Duration(this.setup(), this.#isSlow);
  }

  private setup(): BME280Setup {
    const control = this.#registers[0xf4] ?? 0;
    const filter = ((this.#registers[0xf5] ?? 0) >> 2) & 7;
    return { osrsT: control >> 5, osrsP: (control >> 2) & 7, osrsH: this.#osrsH, filter };
  }

  /** Finishes what has become ready since the last access. */
  private update(): void {
    const now = this.#time.ticks();
    while (this.#doneAt !== undefined && this.#doneAt <= now && this.defect !== "stuck") {
      // Nobody sees the measurements of normal mode that were long ago.
      const at = Math.max(this.#doneAt, now - 10_000);
      this.show(this.#forced ?? this.#converter.measure(this.#air.at(at), this.setup()));
      if (this.isNormal) this.#doneAt = at + this.standby() + this.duration();
      else if (this.#pending !== undefined) this.enter(this.#pending, at);
      else this.sleep();
    }
  }

  private standby(): number {
    const code = (this.#registers[0xf5] ?? 0) >> 5;
    return [...standby, ...lastStandby[this.#model]][code] ?? 0;
  }

  private show({
    pressure = 0x80000,
    temperature = 0x80000,
    humidity = 0x8000,
  }: BME280Codes): void {
    this.showWide(0xf7, pressure);
    this.showWide(0xfa, temperature);
    if (this.#model === "BMP280") return;
    this.#registers[0xfd] = humidity >> 8;
    this.#registers[0xfe] = humidity & 0xff;
  }

  private showWide(at: number, code: number): void {
    this.#registers[at] = code >> 12;
    this.#registers[at + 1] = (code >> 4) & 0xff;
    this.#registers[at + 2] = (code & 0x0f) << 4;
  }

  private violate(text: string): void {
    this.onViolation?.(`${this.#model} ${text}`);
  }
}

/** Registers of the memory map, and the two holes that a burst passes. */
function isReadable(at: number, model: "BME280" | "BMP280"): boolean {
  const isBME = model === "BME280";
  if ((at >= 0x88 && at <= 0xa1) || at === 0xd0 || at === 0xe0) return true;
  if ((at >= 0xe1 && at <= 0xe7) || at === 0xf2) return isBME;
  return at >= 0xf3 && at <= (isBME ? 0xfe : 0xfc);
}

function hex(value: number): string {
  return `0x${value.toString(16).toUpperCase().padStart(2, "0")}`;
}
