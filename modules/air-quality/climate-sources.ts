// SPDX-License-Identifier: MIT

import type { Clock } from "../base/clock.ts";
import type { ClimateSample } from "../ecma-419/sensor.ts";
import type { ClimateRole } from "./air-quality-station.ts";
import type { GasSource } from "./gas-sources.ts";

/** One climate sensor, which may measure gases too; the same object with each of its samples. */
export interface ClimateSource extends GasSource {
  /** The higher one is believed when two measure the same. */
  readonly rank: number;
}

/** Who takes the samples. */
export interface SampleTaker {
  /** Every sample of the source that fills `role`. */
  addClimate(role: ClimateRole, sample: ClimateSample): void;
  /** Every sample of a gas sensor. */
  addOtherGas(source: GasSource, sample: ClimateSample): void;
}

export interface ClimateSourcesOptions {
  readonly clock: Clock;
  readonly station: SampleTaker;
  /** Another source fills `role` from now on. */
  readonly onSource?: (role: ClimateRole, source: ClimateSource) => void;
}

interface Chosen {
  readonly source: ClimateSource;
  /** When its last sample came, monotonic ms. */
  ticks: number;
}

/** After this silence, ms, a source gives way to a lower one. */
const silenceTimeout = 30_000;

/**
 * Chooses which climate sensor fills which place of a reading: of those that speak, the one with the
 * highest rank; of equals the first. A sensor that measures pressure fills "pressure", one that
 * measures humidity "humidity", and one that measures both may fill both.
 */
export class ClimateSources {
  readonly #clock: Clock;
  readonly #station: SampleTaker;
  readonly #onSource: ClimateSourcesOptions["onSource"];
  /** Who fills each role. */
  #pressure: Chosen | undefined;
  #humidity: Chosen | undefined;

  constructor(options: ClimateSourcesOptions) {
    this.#clock = options.clock;
    this.#station = options.station;
    this.#onSource = options.onSource;
  }

  /** A new sample of a sensor. */
  add(source: ClimateSource, sample: ClimateSample): void {
    if (sample.carbonDioxideDetector || sample.marks) this.#station.addOtherGas(source, sample);
    // First what the gas sensor is compensated with, so that it does not change its source twice.
    if (sample.hygrometer) this.offer("humidity", source, sample);
    if (sample.barometer) this.offer("pressure", source, sample);
  }

  /** Who fills `role`, if anybody does. */
  sourceOf(role: ClimateRole): ClimateSource | undefined {
    return this.chosenFor(role)?.source;
  }

  private chosenFor(role: ClimateRole): Chosen | undefined {
    return role === "pressure" ? this.#pressure : this.#humidity;
  }

  private offer(role: ClimateRole, source: ClimateSource, sample: ClimateSample): void {
    const chosen = this.chosenFor(role);
    const now = this.#clock.ticks();
    if (chosen?.source === source) {
      chosen.ticks = now;
    } else {
      if (chosen && source.rank <= chosen.source.rank && now - chosen.ticks <= silenceTimeout)
        return;
      const next = { source, ticks: now };
      if (role === "pressure") this.#pressure = next;
      else this.#humidity = next;
      this.#onSource?.(role, source);
    }
    this.#station.addClimate(role, sample);
  }
}
