// SPDX-License-Identifier: MIT

import type { BME280Trimming } from "./bme280-trimming.ts";

/** The air at a climate sensor. */
export interface ClimateAir {
  /** °C. */
  readonly temperature: number;
  /** Relative humidity in percent. */
  readonly humidity: number;
  /** Pa. */
  readonly pressure: number;
}

/** Codes of one measurement; undefined: not measured. */
export interface BME280Codes {
  readonly pressure: number | undefined;
  readonly temperature: number | undefined;
  readonly humidity: number | undefined;
}

/** Settings of one measurement, as they stand in the registers. */
export interface BME280Setup {
  readonly osrsT: number;
  readonly osrsP: number;
  readonly osrsH: number;
  readonly filter: number;
}

/** Number of samples for a setting of oversampling; 0: skipped. */
function samplesOf(osrs: number): number {
  return osrs === 0 ? 0 : 2 ** (Math.min(osrs, 5) - 1);
}

/** ms of one measurement, typically or at most (BME280 datasheet section 9.1). */
export function bme280Duration(setup: BME280Setup, slowest: boolean): number {
  const [base, each, extra] = slowest ? [1.25, 2.3, 0.575] : [1, 2, 0.5];
  const part = (osrs: number, more: number) => (osrs === 0 ? 0 : each * samplesOf(osrs) + more);
  return base + part(setup.osrsT, 0) + part(setup.osrsP, extra) + part(setup.osrsH, extra);
}

/** The analog side: air to codes, at the resolution and through the filter that are set. */
export class BME280Converter {
  readonly #trimming: BME280Trimming;
  #filtered: { pressure: number; temperature: number } | undefined;

  constructor(trimming: BME280Trimming) {
    this.#trimming = trimming;
  }

  /** A reset, or another filter: the next measurement begins it. */
  forget(): void {
    this.#filtered = undefined;
  }

  measure(air: ClimateAir, setup: BME280Setup): BME280Codes {
    const temperature = this.#trimming.rawTemperature(air.temperature);
    const fine = this.#trimming.fine(temperature);
    const raw = { pressure: this.#trimming.rawPressure(air.pressure, fine), temperature };
    const { pressure, temperature: smooth } = this.filter(raw, setup.filter);
    const isFiltered = setup.filter > 0;
    return {
      pressure: atResolution(pressure, setup.osrsP, isFiltered),
      temperature: atResolution(smooth, setup.osrsT, isFiltered),
      humidity: setup.osrsH === 0 ? undefined : this.#trimming.rawHumidity(air.humidity, fine),
    };
  }

  private filter(raw: { pressure: number; temperature: number }, setting: number) {
    const coefficient = setting === 0 ? 1 : 2 ** Math.min(setting, 4);
    const old = this.#filtered ?? raw;
    const mix = (before: number, now: number) => (before * (coefficient - 1) + now) / coefficient;
    this.#filtered = {
      pressure: mix(old.pressure, raw.pressure),
      temperature: mix(old.temperature, raw.temperature),
    };
    return this.#filtered;
  }
}

/** 16 bits for one sample and one more for each doubling; all 20 with the filter. */
function atResolution(raw: number, osrs: number, isFiltered: boolean): number | undefined {
  if (osrs === 0) return undefined;
  const dropped = isFiltered ? 0 : Math.max(0, 5 - Math.min(osrs, 5));
  return (Math.round(raw) >> dropped) << dropped;
}
