// SPDX-License-Identifier: MIT

import type { Clock, Timer, Timers } from "../base/clock.ts";
import type { CarbonDioxideSample, ClimateSample, VOCSample } from "../ecma-419/sensor.ts";
import type { CorrectedSample } from "./climate-correction.ts";
import { type GasSource, GasSources } from "./gas-sources.ts";
import type { GasDetails, Reading } from "./reading.ts";

/** What the station takes from a sample of the gas sensor. */
export interface GasSample {
  /** Each undefined when the sensor has no such value, or knows it to be wrong. */
  readonly carbonDioxideDetector: CarbonDioxideSample | undefined;
  readonly vocDetector: VOCSample | undefined;
  /** µA and V of the sensing layer. */
  readonly current: number;
  readonly voltage: number;
  /** Why the sample is to be doubted. */
  readonly faults: readonly string[];
  /** Of co2, where there are thresholds: "low", "medium" or "high". */
  readonly range?: string;
  /** Monotonic ms. */
  readonly ticks: number;
}

/** What the gas sensor is compensated for: percent of relative humidity, and °C. */
export interface Air {
  readonly humidityPercent: number;
  readonly temperature: number;
}

/** The gas sensor's side of compensation. */
export interface Compensated {
  configure(options: Air): void;
}

/** Which place of a reading a climate sensor fills. */
export type ClimateRole = "pressure" | "humidity";

/** Whoever wants the readings. It is told of each in a turn of the loop of its own. */
export interface ReadingObserver {
  /** Must not throw. */
  onReading(reading: Reading): void;
}

/** Observers of one station. */
const maxObservers = 8;

export interface StationOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  /** ms between two samples of the gas sensor, and so between two readings. */
  readonly interval: number;
  /** Told when compensation gets another source; undefined: none, 50 % and 25 °C hold. */
  readonly onCompensation?: (source: ClimateRole | undefined) => void;
}

/** A climate value older than this, ms, is not used any more. */
const climateLimit = 60_000;
/** A gas value that is older than its period is missing, not repeated. The slack, ms, is for noise. */
const gasLimitPeriods = 1.1;
const gasLimitSlack = 1_500;
/** The CCS811's own assumption when nobody tells it better (datasheet, ENV_DATA). */
const standardAir = Object.freeze({ humidityPercent: 50, temperature: 25 });
/**
 * Samples come by the sensor's own clock, up to 2 % fast, and one that was noticed late makes the
 * next seem early by as much; they must not miss the interval.
 */
const intervalPart = 0.9;

/**
 * Turns samples into readings: keeps the newest sample of each sensor, tells the gas sensor the
 * climate, and hands its observers one reading per interval, with the gas sample that has just arrived. When
 * the gas sensor is silent the others are still reported.
 */
export class AirQualityStation {
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #onCompensation: StationOptions["onCompensation"];
  /** The newest sample of each role. */
  #pressure: CorrectedSample | undefined;
  #humidity: CorrectedSample | undefined;
  readonly #observers: ReadingObserver[] = [];
  readonly #turn = () => this.hand();
  #interval: number;
  /** What somebody has said the air is like. */
  #held: Air | undefined;
  #gas: GasSample | undefined;
  /** The other gas sensors, once one has spoken. */
  #others: GasSources | undefined;
  #compensated: Compensated | undefined;
  #source: ClimateRole | undefined;
  #last = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;
  /** The reading that is being handed on, and the index of the observer who is next. */
  #reading: Reading | undefined;
  #next = 0;
  #handing: Timer | undefined;

  constructor(options: StationOptions) {
    this.#clock = options.clock;
    this.#timers = options.timers;
    this.#onCompensation = options.onCompensation;
    this.#interval = options.interval;
  }

  /** Starts reporting; `gas` is the sensor to compensate, if there is one. */
  start(gas: Compensated | undefined): void {
    this.#compensated = gas;
    this.repeat();
  }

  /**
   * Hands each reading to `observer` from now on, in the order in which the observers have come.
   * Throws RangeError when there are too many: one that was forgotten would be missed by nobody.
   */
  subscribe(observer: ReadingObserver): void {
    if (this.#observers.length >= maxObservers) {
      throw new RangeError(`a station has at most ${maxObservers} observers`);
    }
    this.#observers.push(observer);
  }

  /** Reports nothing until `reportNow`: the sensors of a board that has just woken do not answer all at once. */
  wait(): void {
    this.#last = Number.POSITIVE_INFINITY;
  }

  /** Reports what there is, and from then on as ever. */
  reportNow(): void {
    this.report();
  }

  /** ms between two readings. */
  get interval(): number {
    return this.#interval;
  }

  /** ms between two readings from now on: the gas sensor has got another drive mode. */
  set interval(interval: number) {
    this.#interval = interval;
    if (this.#timer) this.repeat();
  }

  /**
   * Tells the gas sensor this air, whatever the climate sensors say; undefined: what they say again.
   */
  hold(air: Air | undefined): void {
    this.#held = air;
    this.compensate();
  }

  /** What the gas sensor is told, and who says so; undefined: nobody, it is the chip's assumption. */
  get compensation(): Air & { readonly from: ClimateRole | "hand" | undefined } {
    if (this.#held) return { ...this.#held, from: "hand" };
    const source = this.bestSource;
    const sample = source && this.fresh(source);
    return {
      humidityPercent: sample?.hygrometer?.humidity ?? standardAir.humidityPercent,
      temperature: sample?.thermometer?.temperature ?? standardAir.temperature,
      from: source,
    };
  }

  close(): void {
    this.#timers.clear(this.#timer);
    this.#timers.clear(this.#handing);
    this.#timer = undefined;
    this.#handing = undefined;
  }

  /** A new sample of the gas sensor. */
  addGas(sample: GasSample): void {
    this.#gas = sample;
    const elapsed = this.#clock.ticks() - this.#last;
    if (elapsed >= this.#interval * intervalPart) this.report();
  }

  /** A new sample of a gas sensor beside the one that is compensated. */
  addOtherGas(source: GasSource, sample: ClimateSample): void {
    this.#others ??= new GasSources(this.#clock);
    this.#others.add(source, sample);
  }

  /**
   * Tells the sensor that measures CO2 what is around it, ppm; false when there is none. `onDone` gets
   * the correction in ppm, or why there is none. Throws when that is not possible now.
   */
  calibrateCO2(CO2: number, onDone: (result: number | Error) => void): boolean {
    return this.#others?.calibrate(CO2, onDone) ?? false;
  }

  /** A new sample of a climate sensor. */
  addClimate(role: ClimateRole, sample: CorrectedSample): void {
    if (role === "pressure") this.#pressure = sample;
    else this.#humidity = sample;
    this.compensate();
  }

  /** The reading that would be reported now. */
  get reading(): Reading {
    const now = this.#clock.ticks();
    const gas = this.isOld(this.#gas, this.gasLimit) ? undefined : this.#gas;
    const pressure = this.fresh("pressure");
    const humidity = this.fresh("humidity");
    const others = this.#others?.valuesWith(gas);
    return {
      co2: others ? others.co2 : gas?.carbonDioxideDetector?.CO2,
      voc: others ? others.voc : gas?.vocDetector?.tvoc,
      pressure: pressure?.barometer?.pressure,
      seaLevelPressure: pressure?.seaLevelPressure,
      pressureTemperature: pressure?.thermometer?.temperature,
      temperature: humidity?.thermometer?.temperature,
      humidityPercent: humidity?.hygrometer?.humidity,
      gas: gas && detailsOf(gas),
      ...(others && { sensors: others.sensors }),
      ticks: gas?.ticks ?? now,
    };
  }

  private get gasLimit(): number {
    return gasLimitPeriods * Math.max(this.#interval, 1_000) + gasLimitSlack;
  }

  private isOld(sample: { readonly ticks: number } | undefined, limit: number): boolean {
    return sample !== undefined && this.#clock.ticks() - sample.ticks > limit;
  }

  private fresh(role: ClimateRole): CorrectedSample | undefined {
    const sample = role === "pressure" ? this.#pressure : this.#humidity;
    return this.isOld(sample, climateLimit) ? undefined : sample;
  }

  /** The humidity sensor sits away from the hot plate; the pressure sensor is the second choice. */
  private get bestSource(): ClimateRole | undefined {
    if (this.fresh("humidity")?.hygrometer) return "humidity";
    return this.fresh("pressure")?.thermometer ? "pressure" : undefined;
  }

  private compensate(): void {
    const { humidityPercent, temperature, from } = this.compensation;
    this.#compensated?.configure({ humidityPercent, temperature });
    const pressure = this.fresh("pressure")?.barometer?.pressure;
    this.#others?.compensate({ humidityPercent, temperature, pressure });
    if (from === "hand" || from === this.#source) return;
    this.#source = from;
    this.#onCompensation?.(from);
  }

  private repeat(): void {
    const timers = this.#timers;
    timers.clear(this.#timer);
    this.#timer = timers.repeat(() => this.tick(), this.#interval);
  }

  private tick(): void {
    if (this.#source !== undefined && !this.fresh(this.#source)) this.compensate();
    if (this.#last === Number.POSITIVE_INFINITY) return;
    if (this.#gas && !this.isOld(this.#gas, this.gasLimit)) return;
    const isSpeaking = this.fresh("pressure") ?? this.fresh("humidity") ?? this.#others?.isSpeaking;
    if (isSpeaking) this.report();
  }

  private report(): void {
    this.#last = this.#clock.ticks();
    // After a turn of seconds the reading before may not have reached all yet.
    while (this.#reading) this.hand();
    this.#reading = this.reading;
    this.#next = 0;
    // In turns of their own: asking the sensors is as much as one turn of the loop should do.
    this.#handing = this.#timers.set(this.#turn, 0);
  }

  /** Hands the reading to the next observer. */
  private hand(): void {
    const timers = this.#timers;
    timers.clear(this.#handing);
    this.#handing = undefined;
    const reading = this.#reading;
    const observer = this.#observers[this.#next++];
    if (this.#next >= this.#observers.length) this.#reading = undefined;
    else this.#handing = timers.set(this.#turn, 0);
    if (reading) observer?.onReading(reading);
  }
}

function detailsOf({ faults, current, voltage, range }: GasSample): GasDetails {
  const details = { marks: faults, current, voltage };
  return range === undefined ? details : { ...details, range };
}
