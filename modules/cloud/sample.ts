// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";
import type { Metric } from "./profile.ts";

/** Values of a reading: ppm, ppb, hPa, °C, percent. One that is missing is undefined. */
export type Sample = { readonly [Name in Metric]?: number | undefined };

/** What there is to know of a value; decimals as it is sent. */
export interface MetricFacts {
  readonly label: string;
  readonly unit: string;
  readonly decimals: 0 | 1;
}

/** In the order in which they are sent. */
export const metricFacts: { readonly [Name in Metric]: MetricFacts } = frozen({
  co2: { label: "CO2", unit: "ppm", decimals: 0 },
  voc: { label: "VOC", unit: "ppb", decimals: 0 },
  pressure: { label: "Pressure", unit: "hPa", decimals: 1 },
  temperature: { label: "Temperature", unit: "°C", decimals: 1 },
  humidity: { label: "Humidity", unit: "%", decimals: 1 },
});

export const metrics: readonly Metric[] = frozen(Object.keys(metricFacts) as Metric[]);

/** Takes the mean of what was measured, or the last of it. */
export class SampleMean {
  readonly #sends: "mean" | "last";
  /** Of each metric the sum and how many there are. */
  readonly #sums = new Float64Array(metrics.length);
  readonly #counts = new Uint16Array(metrics.length);

  constructor(sends: "mean" | "last") {
    this.#sends = sends;
  }

  /** Samples of which something is in it. */
  get count(): number {
    return Math.max(...this.#counts);
  }

  add(sample: Sample): void {
    for (const [at, metric] of metrics.entries()) {
      const value = sample[metric];
      if (value === undefined || !Number.isFinite(value)) continue;
      const isFull = this.#sends === "last" || this.#counts[at] === 0xffff;
      this.#sums[at] = isFull ? value : (this.#sums[at] ?? 0) + value;
      this.#counts[at] = isFull ? 1 : (this.#counts[at] ?? 0) + 1;
    }
  }

  /** What it has come to; begins anew. Undefined: nothing was measured. */
  take(): Sample | undefined {
    const sample: { [Name in Metric]?: number } = {};
    let isEmpty = true;
    for (const [at, metric] of metrics.entries()) {
      const count = this.#counts[at] ?? 0;
      if (count === 0) continue;
      sample[metric] = rounded((this.#sums[at] ?? 0) / count, metricFacts[metric].decimals);
      isEmpty = false;
    }
    this.#sums.fill(0);
    this.#counts.fill(0);
    return isEmpty ? undefined : sample;
  }
}

function rounded(value: number, decimals: 0 | 1): number {
  return decimals === 0 ? Math.round(value) : Math.round(value * 10) / 10;
}
