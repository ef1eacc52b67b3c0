// SPDX-License-Identifier: MIT

import { hash } from "../noise.ts";
import type { PulseChip } from "../pulse-source.ts";
import type { VirtualTime } from "../virtual-time.ts";
import { type DHTEncoding, dht11Frame, dht22Frame } from "./dht-frame.ts";

export interface DHTChipOptions {
  readonly time: VirtualTime;
  /** The room around it, by `ticks` of `time`: °C and percent. */
  readonly air: { at(ms: number): { readonly temperature: number; readonly humidity: number } };
  /** Default "DHT22". */
  readonly model?: "DHT22" | "DHT11";
  /** How a DHT22 sends what is below zero; default "sign", as in its manual. */
  readonly encoding?: DHTEncoding;
  /** Shortest start signal that it takes, ms; default 0.8, for a DHT11 18. Copies differ. */
  readonly minStart?: number;
  /** Scatters the pulses within the manual's limits. Default 1. */
  readonly seed?: number;
}

/** What goes wrong with one answer. */
export type DHTFault =
  | { readonly kind: "silent" }
  /** A bit of the 40, 0 the first, arrives as its opposite. */
  | { readonly kind: "flip"; readonly bit: number }
  /** Only so many pulses arrive. */
  | { readonly kind: "cut"; readonly pulses: number }
  /** A pulse of the answer, 0 the first, has another width, µs. */
  | { readonly kind: "width"; readonly pulse: number; readonly microseconds: number };

/** ms after power-on in which the sensor must be left alone. */
const quietTime = 1_000;
/** Shortest time between two start signals, ms. */
const minPause = Object.freeze({ DHT22: 2_000, DHT11: 1_000 });
/** µs: typical widths and how far they scatter (AM2302 manual, table 6). */
const pulses = Object.freeze({
  answer: [80, 5],
  low: [50, 2],
  zero: [26, 4],
  one: [70, 2],
} as const);

/** DHT22 (AM2302) or DHT11 at its data line, strict about how often it may be asked. */
export class DHTChip implements PulseChip {
  /** Nothing is on the line. */
  isAbsent = false;
  readonly #options: DHTChipOptions;
  readonly #violations: string[] = [];
  readonly #faults: DHTFault[] = [];
  #poweredAt: number;
  #asked: number | undefined;
  /** Of the conversion that the last start signal has begun. */
  #measured: Uint8Array;
  #forced: Uint8Array | undefined;
  #pulse = 0;

  constructor(options: DHTChipOptions) {
    this.#options = options;
    this.#poweredAt = options.time.ticks();
    this.#measured = this.measure();
  }

  /** What was done against the manual, oldest first. */
  get violations(): readonly string[] {
    return this.#violations;
  }

  /** Puts a fault into the next answer, or `count` of them, after those already waiting. */
  inject(fault: DHTFault, count = 1): void {
    for (let i = 0; i < count; i++) this.#faults.push(fault);
  }

  /** Back door: it sends these five bytes, whatever the air; undefined: what it has measured. */
  force(frame: Uint8Array | undefined): void {
    this.#forced = frame?.slice();
  }

  /** As after a brown-out: quiet for a second, then what it measures now. */
  reset(): void {
    this.#poweredAt = this.#options.time.ticks();
    this.#asked = undefined;
    this.#measured = this.measure();
  }

  answer(startLow: number): Uint16Array | undefined {
    const { time, model = "DHT22", minStart = model === "DHT22" ? 0.8 : 18 } = this.#options;
    if (this.isAbsent) return undefined;
    const now = time.ticks();
    const last = this.#asked;
    if (now - this.#poweredAt < quietTime) {
      this.#violations.push("asked within a second of power-on");
      return undefined;
    }
    if (last !== undefined && now - last < minPause[model]) {
      this.#violations.push(`asked again after ${now - last} ms`);
    }
    if (startLow > 30) this.#violations.push(`a start signal of ${startLow} ms`);
    if (startLow < minStart) return undefined;
    this.#asked = now;
    // The manual: what is sent is the conversion that the last start signal has begun.
    const frame = this.#forced ?? this.#measured;
    this.#measured = this.measure();
    return this.send(frame, this.#faults.shift());
  }

  private measure(): Uint8Array {
    const { time, air, model, encoding = "sign" } = this.#options;
    const { temperature, humidity } = air.at(time.ticks());
    return model === "DHT11"
      ? dht11Frame(temperature, humidity)
      : dht22Frame(temperature, humidity, encoding);
  }

  private send(frame: Uint8Array, fault: DHTFault | undefined): Uint16Array | undefined {
    if (fault?.kind === "silent") return undefined;
    const sent = frame.slice();
    if (fault?.kind === "flip") {
      const at = fault.bit >> 3;
      sent[at] = (sent[at] ?? 0) ^ (0x80 >> (fault.bit & 7));
    }
    const widths = [this.width(pulses.answer), this.width(pulses.answer)];
    for (let bit = 0; bit < 40; bit++) {
      const isOne = (((sent[bit >> 3] ?? 0) << (bit & 7)) & 0x80) !== 0;
      widths.push(this.width(pulses.low), this.width(isOne ? pulses.one : pulses.zero));
    }
    widths.push(this.width(pulses.low));
    if (fault?.kind === "cut") widths.length = Math.min(widths.length, fault.pulses);
    if (fault?.kind === "width") widths[fault.pulse] = fault.microseconds;
    return Uint16Array.from(widths);
  }

  private width([typical, scatter]: readonly [number, number]): number {
    const part = 2 * hash(this.#options.seed ?? 1, this.#pulse++) - 1;
    return Math.round(typical + scatter * part);
  }
}
