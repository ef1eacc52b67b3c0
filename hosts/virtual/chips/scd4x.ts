// SPDX-License-Identifier: MIT

import type { VirtualChip } from "../i2c-bus.ts";
import type { VirtualTime } from "../virtual-time.ts";
import { crc8 } from "./crc8.ts";
import { commands, settingOf } from "./scd4x-commands.ts";

export interface SCD4xChipOptions {
  readonly time: VirtualTime;
  /** The room around it, by `ticks` of `time`: ppm, °C, percent and Pa. */
  readonly air: {
    at(ms: number): {
      readonly CO2: number;
      readonly temperature: number;
      readonly humidity: number;
      readonly pressure: number;
    };
  };
  /** Default "SCD41". */
  readonly model?: "SCD40" | "SCD41";
  /** Takes a second to start, as older parts do. */
  readonly isSlow?: boolean;
}

/** What can be wrong with it: not there, never has data, a checksum generator gone wrong. */
export type SCD4xDefect = "absent" | "stuck" | "checksum";

/** ms between two samples, by the command that has started them. */
const periods: ReadonlyMap<number, number> = new Map([
  [0x21b1, 5_000],
  [0x21ac, 30_000],
]);
/** As delivered: offset 4 °C, calibration on towards 400 ppm, periods in h. */
const factorySettings = {
  offset: 0x05da,
  altitude: 0,
  ASC: 1,
  ASCTarget: 400,
  initialPeriod: 44,
  standardPeriod: 156,
};
const serialNumber = [0xf896, 0x9f07, 0x3bbe];
const standardPressure = 101_300;
/** The chip is so much warmer than the air, °C. */
const selfHeating = 4;
/** Measuring that must have come before a forced recalibration, ms. */
const beforeRecalibration = 180_000;

/**
 * Sensirion SCD40 or SCD41 (datasheet v1.7, section 3). What it measures is the density of CO2, so
 * its ppm are wrong by as much as the pressure that it assumes. Self-calibration is only a setting
 * here, and the relative humidity does not follow the temperature offset.
 */
export class SCD4xChip implements VirtualChip {
  readonly address = 0x62;
  onViolation: ((text: string) => void) | undefined;
  /** The defect the chip has at present. */
  defect: SCD4xDefect | undefined;
  /** ppm by which it has drifted; a forced recalibration takes it away. */
  drift = 0;
  readonly #time: VirtualTime;
  readonly #air: SCD4xChipOptions["air"];
  readonly #model: "SCD40" | "SCD41";
  readonly #startTime: number;
  #eeprom: Record<string, number> = { ...factorySettings };
  #settings: Record<string, number> = { ...factorySettings };
  #pressure: number | undefined;
  #busyUntil = 0;
  #isAsleep = false;
  #period: number | undefined;
  #startedAt = 0;
  /** How long it had measured when it was stopped, ms. */
  #measured = 0;
  /** Number of the newest sample that was read; a single shot has 1. */
  #taken = 0;
  #shot: "none" | "all" | "climate" = "none";
  /** Words that the next read gives. */
  #answer: readonly number[] = [];
  #forced: readonly number[] | undefined;

  constructor(options: SCD4xChipOptions) {
    this.#time = options.time;
    this.#air = options.air;
    this.#model = options.model ?? "SCD41";
    this.#startTime = options.isSlow ? 1_000 : 30;
    this.reset();
  }

  /** Back door: the next samples are these words; undefined: the air's. */
  force(words: readonly number[] | undefined): void {
    this.#forced = words;
  }

  /** Loses everything but its EEPROM, as at power-on or after a brown-out. */
  reset(): void {
    this.#settings = { ...this.#eeprom };
    this.#pressure = undefined;
    this.#isAsleep = false;
    this.#busyUntil = this.#time.ticks() + this.#startTime;
    this.halt();
  }

  /** ms between its samples; undefined: it does not measure. */
  get period(): number | undefined {
    return this.#period;
  }

  /** Its settings at present, with the pressure in Pa. */
  get settings(): Readonly<Record<string, number | undefined>> {
    return { ...this.#settings, pressure: this.#pressure };
  }

  acknowledges(): boolean {
    return this.defect !== "absent" && this.#time.ticks() >= this.#busyUntil;
  }

  write(bytes: Uint8Array): boolean {
    if (bytes.length === 0) return !this.#isAsleep;
    const code = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
    if (this.#isAsleep) {
      // It wakes, and never acknowledges that.
      if (code === 0x36f6) this.#isAsleep = false;
      this.#busyUntil = this.#time.ticks() + (this.#isAsleep ? 0 : 30);
      return false;
    }
    const command = commands.get(code);
    if (!command || (command.notSCD40 && this.#model === "SCD40" && code !== 0x36f6)) {
      return this.refuse(`unknown command 0x${code.toString(16)}`);
    }
    if (this.#period !== undefined && !command.anytime) {
      // Asked for its number it only refuses; anything else should not have been sent.
      if (code === 0x3682 || code === 0x36f6) return false;
      return this.refuse(`${command.name} while it measures`);
    }
    const word = this.wordOf(bytes);
    const isPressure = code === 0xe000 && bytes.length > 2;
    if (word === undefined || (command.takesWord || isPressure) !== bytes.length > 2) {
      return this.refuse(`${command.name} with ${bytes.length} bytes`);
    }
    this.#answer = [];
    this.#busyUntil = this.#time.ticks() + command.time;
    return this.run(code, word, isPressure);
  }

  read(length: number): Uint8Array | undefined {
    if (this.#answer.length === 0) return undefined;
    if (length > 3 * this.#answer.length) this.violate(`${length} bytes were read`);
    const bytes = new Uint8Array(length).fill(0xff);
    bytes.set(this.#answer.flatMap((word) => this.framed(word)).slice(0, length));
    this.#answer = [];
    return bytes;
  }

  private run(code: number, word: number, isPressure: boolean): boolean {
    const period = periods.get(code);
    const setting = settingOf.get(code);
    if (period !== undefined) this.start(period);
    else if (setting !== undefined) this.setOrGet(setting, code, word);
    else if (isPressure) return this.setPressure(word);
    else this.act(code, word);
    return true;
  }

  private act(code: number, word: number): void {
    const shots: Record<number, "all" | "climate"> = { 8605: "all", 8598: "climate" };
    if (code === 0xe000) this.#answer = [(this.#pressure ?? standardPressure) / 100];
    else if (code === 0xe4b8) this.#answer = [this.hasData ? 0x8006 : 0x8000];
    else if (code === 0xec05) this.#answer = this.takeSample();
    else if (code === 0x3682) this.#answer = serialNumber;
    else if (code === 0x202f) this.#answer = [this.#model === "SCD40" ? 0x0440 : 0x1440];
    else if (code === 0x362f) this.#answer = [this.recalibrate(word)];
    else if (code === 0x3639) this.#answer = [0];
    else if (code === 0x3615) this.#eeprom = { ...this.#settings };
    else if (code === 0x3646) this.#settings = { ...this.#eeprom };
    else if (code === 0x36e0) this.#isAsleep = true;
    else if (code === 0x3f86) this.halt();
    else if (shots[code]) this.#shot = shots[code];
    else if (code === 0x3632) {
      this.#eeprom = { ...factorySettings };
      this.#settings = { ...factorySettings };
      this.drift = 0;
    }
  }

  private start(period: number): void {
    this.#period = period;
    this.#startedAt = this.#time.ticks();
    this.#taken = 0;
    this.#measured = 0;
  }

  private halt(): void {
    this.#measured = this.#period === undefined ? 0 : this.#time.ticks() - this.#startedAt;
    this.#period = undefined;
    this.#shot = "none";
    this.#answer = [];
  }

  /** Number of the newest sample. */
  private get newest(): number {
    if (this.#period === undefined || this.defect === "stuck") return 0;
    return Math.floor((this.#time.ticks() - this.#startedAt) / this.#period);
  }

  private get hasData(): boolean {
    return this.#shot !== "none" || this.newest > this.#taken;
  }

  private takeSample(): readonly number[] {
    if (!this.hasData) return [];
    const [CO2, temperature, humidity] = this.#forced ?? this.measure(this.newest);
    const isAll = this.#shot !== "climate";
    this.#taken = this.newest;
    this.#shot = "none";
    return [isAll ? (CO2 ?? 0) : 0, temperature ?? 0, humidity ?? 0];
  }

  private measure(number: number): number[] {
    const at = this.#startedAt + number * (this.#period ?? 0);
    const { CO2, temperature, humidity, pressure } = this.#air.at(at);
    const offset = ((this.#settings.offset ?? 0) * 175) / 65_535;
    const ppm = ((CO2 + this.drift) * pressure) / this.assumedPressure;
    return [
      Math.min(40_000, Math.max(0, Math.round(ppm))),
      code((temperature + selfHeating - offset + 45) / 175),
      code(humidity / 100),
    ];
  }

  /** Pa: what it was told, or what is usual at its altitude (the standard atmosphere, near enough). */
  private get assumedPressure(): number {
    const altitude = this.#settings.altitude ?? 0;
    return this.#pressure ?? standardPressure * (1 - 2.25577e-5 * altitude) ** 5.2559;
  }

  private setOrGet(name: string, code: number, word: number): void {
    if (commands.get(code)?.takesWord) this.#settings[name] = word;
    else this.#answer = [this.#settings[name] ?? 0];
  }

  private setPressure(word: number): boolean {
    if (word < 700 || word > 1_200) return this.refuse(`pressure ${word}`);
    this.#pressure = word * 100;
    return true;
  }

  private recalibrate(target: number): number {
    if (this.#measured < beforeRecalibration) return 0xffff;
    const { CO2, pressure } = this.#air.at(this.#time.ticks());
    const shown = Math.round(((CO2 + this.drift) * pressure) / this.assumedPressure);
    this.drift += target - shown;
    return 0x8000 + target - shown;
  }

  /** The word behind a command, 0 without one; undefined: its checksum is wrong. */
  private wordOf(bytes: Uint8Array): number | undefined {
    const [, , high = 0, low = 0, check] = bytes;
    if (bytes.length === 2) return 0;
    return bytes.length === 5 && crc8([high, low], 0xff) === check ? (high << 8) | low : undefined;
  }

  private framed(word: number): number[] {
    const bytes = [word >> 8, word & 0xff];
    return [...bytes, crc8(bytes, 0xff) ^ (this.defect === "checksum" ? 0x01 : 0)];
  }

  private refuse(text: string): false {
    this.violate(text);
    return false;
  }

  private violate(text: string): void {
    this.onViolation?.(`SCD4x ${text}`);
  }
}

/** 16 bits for a part of the full range. */
function code(part: number): number {
  return Math.min(65_535, Math.max(0, Math.round(part * 65_535)));
}
