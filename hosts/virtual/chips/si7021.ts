// SPDX-License-Identifier: MIT

import type { VirtualChip } from "../i2c-bus.ts";
import type { VirtualTime } from "../virtual-time.ts";
import { crc8 } from "./crc8.ts";

export interface Si7021ChipOptions {
  readonly time: VirtualTime;
  /** The room around it, by `ticks` of `time`: °C and percent. */
  readonly air: { at(ms: number): { readonly temperature: number; readonly humidity: number } };
  /** Default "Si7021"; "HTU21" is an HTU21D that does not know the command for its id. */
  readonly model?: "Si7021" | "HTU21D" | "HTU21";
}

/** What can be wrong with it: not there, never done, a checksum generator gone wrong. */
export type Si7021Defect = "absent" | "stuck" | "checksum";

/**
 * ms at most for 14 bits of temperature and 12 of humidity, and after a reset (Si7021-A20 rev. 1.1,
 * table 2; HTU21D(F) May 2017, page 3). A Si7021 measures the temperature along with the humidity.
 */
const profiles = Object.freeze({
  Si7021: { temperature: 10.8, humidity: 22.8, start: 80, user: 0x3a, id: 0x15 },
  HTU21D: { temperature: 50, humidity: 16, start: 15, user: 0x02, id: 0x32 },
  HTU21: { temperature: 50, humidity: 16, start: 15, user: 0x02, id: undefined },
});
const resetTime = 15;

/** Silicon Labs Si7021 or TE HTU21D: the same commands, other times. */
export class Si7021Chip implements VirtualChip {
  readonly address = 0x40;
  onViolation: ((text: string) => void) | undefined;
  /** The defect the chip has at present. */
  defect: Si7021Defect | undefined;
  readonly #time: VirtualTime;
  readonly #air: Si7021ChipOptions["air"];
  readonly #profile: (typeof profiles)[keyof typeof profiles];
  #readyAt = 0;
  #user = 0;
  #running: { readonly quantity: "temperature" | "humidity"; readonly doneAt: number } | undefined;
  /** What the next read gives. */
  #answer: readonly number[] = [];
  #forced: { readonly temperature: number; readonly humidity: number } | undefined;

  constructor(options: Si7021ChipOptions) {
    this.#time = options.time;
    this.#air = options.air;
    this.#profile = profiles[options.model ?? "Si7021"];
    this.reset();
  }

  /** Back door: the next measurements give these words; undefined: the air's. */
  force(words: { readonly temperature: number; readonly humidity: number } | undefined): void {
    this.#forced = words;
  }

  /** Loses everything, as at power-on or after a brown-out. */
  reset(): void {
    this.restart(this.#profile.start);
  }

  acknowledges(): boolean {
    return this.defect !== "absent" && this.#time.ticks() >= this.#readyAt;
  }

  write(bytes: Uint8Array): boolean {
    if (bytes.length === 0) return true;
    this.#answer = [];
    const text = [...bytes].map((byte) => byte.toString(16)).join(" ");
    if (text === "fe") {
      this.restart(resetTime);
      return true;
    }
    if (this.#running && this.#running.doneAt > this.#time.ticks()) {
      return this.refuse("a command during a measurement");
    }
    return this.run(text);
  }

  /** Refused while a measurement runs, and when there is nothing to read. */
  read(length: number): Uint8Array | undefined {
    this.update();
    if (this.#answer.length === 0) return undefined;
    if (length > this.#answer.length) this.violate(`${length} bytes were read`);
    const bytes = new Uint8Array(length).fill(0xff);
    bytes.set(this.#answer.slice(0, length));
    this.#answer = [];
    return bytes;
  }

  private run(text: string): boolean {
    const { id } = this.#profile;
    this.#running = undefined;
    if (text === "f3") this.measure("temperature");
    else if (text === "f5") this.measure("humidity");
    else if (text === "e7") this.#answer = [this.#user];
    else if (text === "fc c9") {
      if (id === undefined) return false;
      // Checksums run on over all bytes so far.
      const serial = [id, 0xff, 0xff, 0xff];
      this.#answer = [id, 0xff, this.check(serial.slice(0, 2)), 0xff, 0xff, this.check(serial)];
    } else return this.refuse(`command ${text}`);
    return true;
  }

  private restart(time: number): void {
    this.#user = this.#profile.user;
    this.#answer = [];
    this.#running = undefined;
    this.#readyAt = this.#time.ticks() + time;
  }

  private measure(quantity: "temperature" | "humidity"): void {
    this.#running = { quantity, doneAt: this.#time.ticks() + this.#profile[quantity] };
  }

  private update(): void {
    const running = this.#running;
    if (!running || running.doneAt > this.#time.ticks() || this.defect === "stuck") return;
    this.#running = undefined;
    const { quantity, doneAt } = running;
    const word = this.#forced?.[quantity] ?? this.wordOf(quantity, doneAt);
    const bytes = [word >> 8, word & 0xff];
    this.#answer = [...bytes, this.check(bytes) ^ (this.defect === "checksum" ? 0x01 : 0)];
  }

  /** Bit 1 says which quantity it is. */
  private wordOf(quantity: "temperature" | "humidity", at: number): number {
    const { temperature, humidity } = this.#air.at(at);
    if (quantity === "temperature") return code((temperature + 46.85) / 175.72) & 0xfffc;
    // An HTU21D is made for 25 °C; whoever reads it corrects the rest.
    const error = this.#profile.user === 0x02 ? 0.15 * (25 - temperature) : 0;
    return (code((humidity + error + 6) / 125) & 0xfffc) | 0x02;
  }

  private check(bytes: readonly number[]): number {
    return crc8(bytes, 0x00);
  }

  private refuse(text: string): false {
    this.violate(text);
    return false;
  }

  private violate(text: string): void {
    this.onViolation?.(`Si7021 ${text}`);
  }
}

/** 16 bits for a part of the full range. */
function code(part: number): number {
  return Math.min(0xffff, Math.max(0, Math.round(part * 65_536)));
}
