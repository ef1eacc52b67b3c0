// SPDX-License-Identifier: MIT

import type { Clock } from "../base/clock.ts";
import type { CarbonDioxideSample, ClimateSample, VOCSample } from "../ecma-419/sensor.ts";
import type { GasValues } from "./reading.ts";

/** The air around a gas sensor. */
export interface GasAir {
  /** Relative humidity in percent, and °C. */
  readonly humidityPercent: number;
  readonly temperature: number;
  /** Pa; undefined: nobody measures it. */
  readonly pressure: number | undefined;
}

/** One gas sensor; the same object with each of its samples. */
export interface GasSource {
  /** For people: "SCD41 at 0x62". */
  readonly name: string;
  /** Its CO2 is measured; else it is an equivalent, computed from other gases. */
  readonly measuresCO2?: boolean | undefined;
  /** Takes the air that its gas values depend on. */
  compensate?(air: GasAir): void;
  /**
   * Tells it the CO2 of the air around it, ppm; `onDone` gets the correction in ppm, or why there is
   * none. Throws when that is not possible now.
   */
  calibrate?(CO2: number, onDone: (result: number | Error) => void): void;
}

/** What the CCS811 says. */
interface MainSample {
  readonly carbonDioxideDetector: CarbonDioxideSample | undefined;
  readonly vocDetector: VOCSample | undefined;
  readonly faults: readonly string[];
}

interface Newest {
  readonly source: GasSource;
  sample: ClimateSample;
  /** ms between its last two samples. */
  period: number;
}

/** Gas sensors beside the CCS811 that are kept. */
const maxSources = 4;
/** ms between two samples, as long as that is not known, and at most. */
const firstPeriod = 5_000;
const maxPeriod = 30_000;
/** A value that is older than its period, and this for noise, is missing; ms. */
const slack = 3_000;

/**
 * The gas sensors beside the CCS811, and whose values count: CO2 that was measured before what is only
 * its equivalent, values without a mark before others, and of equals these before the CCS811's, which
 * is the oldest kind.
 */
export class GasSources {
  readonly #clock: Clock;
  readonly #newest: Newest[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A new sample. */
  add(source: GasSource, sample: ClimateSample): void {
    const known = this.#newest.find((each) => each.source === source);
    if (known) {
      known.period = Math.min(maxPeriod, sample.ticks - known.sample.ticks);
      known.sample = sample;
      return;
    }
    // The place of one that is silent: it was unplugged, and has come back as another.
    const silent = this.#newest.findIndex((each) => !this.isFresh(each));
    if (silent >= 0) this.#newest.splice(silent, 1);
    if (this.#newest.length < maxSources) {
      this.#newest.push({ source, sample, period: firstPeriod });
    }
  }

  /** One of them has something to say. */
  get isSpeaking(): boolean {
    return this.#newest.some((each) => this.isFresh(each));
  }

  /** Tells each the air around it; pressure in Pa, if it is known. */
  compensate(air: GasAir): void {
    for (const { source } of this.#newest) source.compensate?.(air);
  }

  /** Calibrates the one that measures CO2. False: there is none. */
  calibrate(CO2: number, onDone: (result: number | Error) => void): boolean {
    const one = this.#newest.find((each) => each.source.measuresCO2 && this.isFresh(each));
    one?.source.calibrate?.(CO2, onDone);
    return one !== undefined;
  }

  /**
   * What each says, best first, and the values that count. `gas` is the sample of the CCS811, if it
   * has one.
   */
  valuesWith(gas: MainSample | undefined): {
    readonly co2: number | undefined;
    readonly voc: number | undefined;
    readonly sensors: readonly GasValues[];
  } {
    const fresh = this.#newest.filter((each) => this.isFresh(each));
    const isMeasured = ({ source }: Newest) => source.measuresCO2 === true;
    const measured = fresh.filter(isMeasured).map(valuesOf);
    const computed = fresh.filter((each) => !isMeasured(each)).map(valuesOf);
    if (gas) computed.push(valuesOfCCS811(gas));
    const doubted = ({ marks }: GasValues) => marks.length > 0;
    const ordered = [...computed.filter((each) => !doubted(each)), ...computed.filter(doubted)];
    const sensors = [...measured, ...ordered];
    const hasCO2 = ({ co2 }: GasValues) => co2 !== undefined;
    const hasVOC = ({ voc }: GasValues) => voc !== undefined;
    return { co2: sensors.find(hasCO2)?.co2, voc: sensors.find(hasVOC)?.voc, sensors };
  }

  private isFresh({ sample, period }: Newest): boolean {
    return this.#clock.ticks() - sample.ticks <= period + slack;
  }
}

function valuesOf({ source, sample }: Newest): GasValues {
  return {
    sensor: source.name,
    co2: sample.carbonDioxideDetector?.CO2,
    voc: sample.vocDetector?.tvoc,
    AQI: sample.airQuality?.AQI,
    marks: sample.marks ?? [],
  };
}

function valuesOfCCS811({ carbonDioxideDetector, vocDetector, faults }: MainSample): GasValues {
  return {
    sensor: "CCS811",
    co2: carbonDioxideDetector?.CO2,
    voc: vocDetector?.tvoc,
    AQI: undefined,
    marks: faults,
  };
}
