// SPDX-License-Identifier: MIT

import type { VirtualChip } from "../i2c-bus.ts";
import type { VirtualTime } from "../virtual-time.ts";

export interface ENS160ChipOptions {
  readonly time: VirtualTime;
  /** The room around it, by `ticks` of `time`: ppm and ppb. */
  readonly air: { at(ms: number): { readonly CO2: number; readonly tvoc: number } };
  /** Default 0x53. */
  readonly address?: 0x52 | 0x53;
  /** It has never run: its first hour is the initial start-up. */
  readonly isNew?: boolean;
}

/** What can be wrong with it: not there, no new data, its output invalid, a memory chip instead. */
export type ENS160Defect = "absent" | "stuck" | "invalid" | "EEPROM";

/** ms (datasheet v0.95: power-up and reset; the vendor's driver waits 10). */
const startTime = 10;
const dataPeriod = 1_000;
const warmUp = 180_000;
const initialStartUp = 3_600_000;

const [deepSleep, idle, standard, resetMode] = [0x00, 0x01, 0x02, 0xf0];
/** Registers that may be written: OPMODE, CONFIG, COMMAND, TEMP_IN, RH_IN, GPR_WRITE. */
const writable: readonly number[] = [
  0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47,
];

/** ScioSense ENS160 (datasheet v0.95, section 16: registers, little endian). */
export class ENS160Chip implements VirtualChip {
  readonly address: number;
  onViolation: ((text: string) => void) | undefined;
  /** The defect the chip has at present. */
  defect: ENS160Defect | undefined;
  readonly #time: VirtualTime;
  readonly #air: ENS160ChipOptions["air"];
  readonly #isNew: boolean;
  readonly #registers = new Uint8Array(0x50);
  #pointer = 0;
  #readyAt = 0;
  #startedAt: number | undefined;
  /** Number of the newest sample that was read. */
  #taken = 0;
  #hasError = false;
  #misr = 0;
  #resets = 0;

  constructor(options: ENS160ChipOptions) {
    this.address = options.address ?? 0x53;
    this.#time = options.time;
    this.#air = options.air;
    this.#isNew = options.isNew ?? false;
    this.reset();
  }

  /** Loses everything, as at power-on, after a brown-out or a reset. */
  reset(): void {
    this.#resets++;
    this.#registers.fill(0);
    this.#registers.set([0x60, 0x01]);
    this.setWord(0x13, 0x4a8a);
    this.setWord(0x15, 0x6400);
    this.#startedAt = undefined;
    this.#hasError = false;
    this.#misr = 0;
    this.#readyAt = this.#time.ticks() + startTime;
  }

  /** How often it has been reset, power-on included. */
  get resets(): number {
    return this.#resets;
  }

  /** The air that it compensates for, °C and percent. */
  get compensation(): { readonly temperature: number; readonly humidity: number } {
    const [t, h] = [this.word(0x13), this.word(0x15)];
    return { temperature: t / 64 - 273.15, humidity: h / 512 };
  }

  acknowledges(): boolean {
    return this.defect !== "absent" && this.#time.ticks() >= this.#readyAt;
  }

  write(bytes: Uint8Array): boolean {
    const [pointer, ...data] = bytes;
    if (pointer === undefined) return true;
    this.#pointer = pointer;
    if (this.defect === "EEPROM" && data.length > 0) this.violate("a write to a memory chip");
    for (const byte of data) this.writeByte(this.#pointer++, byte);
    return true;
  }

  read(length: number): Uint8Array {
    this.refresh();
    const bytes = new Uint8Array(length);
    if (this.defect === "EEPROM") return bytes.fill(0xff);
    for (let i = 0; i < length; i++) bytes[i] = this.readByte(this.#pointer++);
    return bytes;
  }

  private writeByte(register: number, byte: number): void {
    if (!writable.includes(register)) {
      this.violate(`a write to register 0x${register.toString(16)}`);
      return;
    }
    if (register === 0x10) this.setMode(byte);
    else if (register === 0x12 && this.#registers[0x10] !== idle)
      this.violate("a command not in idle");
    else this.#registers[register] = byte;
  }

  private setMode(mode: number): void {
    const before = this.#registers[0x10];
    if (mode === resetMode) {
      this.reset();
      return;
    }
    if (mode !== deepSleep && mode !== idle && mode !== standard) {
      this.#hasError = true;
      this.violate(`mode 0x${mode.toString(16)}`);
      return;
    }
    if (mode === standard && before === deepSleep) this.violate("measuring out of deep sleep");
    this.#registers[0x10] = mode;
    if (mode === before) return;
    this.#startedAt = mode === standard ? this.#time.ticks() : undefined;
    this.#taken = 0;
  }

  /** Brings the status and the results up to date. */
  private refresh(): void {
    const startedAt = this.#startedAt;
    this.#registers.fill(0, 0x20, 0x26);
    if (startedAt === undefined) {
      this.#registers[0x20] = this.#hasError ? 0x40 : 0;
      return;
    }
    const elapsed = this.#time.ticks() - startedAt;
    const newest = this.defect === "stuck" ? this.#taken : Math.floor(elapsed / dataPeriod);
    const isFresh = newest > this.#taken;
    this.#registers[0x20] = 0x80 | (this.validity(elapsed) << 2) | (isFresh ? 0x02 : 0);
    if (newest === 0) return;
    // The raw values are new as well, and nobody reads them.
    this.#registers[0x20] |= 0x01;
    const { CO2, tvoc } = this.#air.at(startedAt + newest * dataPeriod);
    this.#registers[0x21] = indexOf(tvoc);
    this.setWord(0x22, Math.min(65_000, Math.round(tvoc)));
    this.setWord(0x24, Math.min(65_000, Math.max(400, Math.round(CO2))));
    this.setWord(0x30, this.word(0x13));
    this.setWord(0x32, this.word(0x15));
  }

  /** 0 normal, 1 warm-up, 2 initial start-up, 3 invalid. */
  private validity(elapsed: number): number {
    if (this.defect === "invalid") return 3;
    if (this.#isNew && elapsed < initialStartUp) return 2;
    return elapsed < warmUp ? 1 : 0;
  }

  private readByte(register: number): number {
    if (register >= this.#registers.length) {
      this.violate(`a read of register 0x${register.toString(16)}`);
      return 0;
    }
    if (register === 0x38) return this.#misr;
    const byte = this.#registers[register] ?? 0;
    this.#misr = ((this.#misr << 1) ^ byte ^ (this.#misr & 0x80 ? 0x1d : 0)) & 0xff;
    // A look at the status takes the mark of new data away, as in TimHanewich/diagnosing-ens160.
    if (register === 0x20 && byte & 0x02 && this.#startedAt !== undefined) {
      this.#taken = Math.floor((this.#time.ticks() - this.#startedAt) / dataPeriod);
    }
    return byte;
  }

  private word(register: number): number {
    return (this.#registers[register] ?? 0) | ((this.#registers[register + 1] ?? 0) << 8);
  }

  private setWord(register: number, word: number): void {
    this.#registers.set([word & 0xff, word >> 8], register);
  }

  private violate(text: string): void {
    this.onViolation?.(`ENS160 ${text}`);
  }
}

/** The index of the German environment agency (UBA), 1 to 5, from ppb. */
function indexOf(tvoc: number): number {
  const bounds = [65, 220, 660, 2_200];
  return 1 + bounds.filter((bound) => tvoc > bound).length;
}
