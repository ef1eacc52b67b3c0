// SPDX-License-Identifier: MIT

import type { AirSample } from "../air.ts";
import { CCS811Baseline } from "./ccs811-baseline.ts";
import type { CCS811Profile } from "./ccs811-profile.ts";
import { CCS811Thresholds } from "./ccs811-thresholds.ts";

export interface CCS811MeasurementOptions {
  readonly air: { at(ms: number): AirSample };
  readonly seed: number;
  /** The chip's clock: 1.02 is 2 % slow. */
  readonly clockFactor: number;
}

/** Time spent in one drive mode. */
interface Run {
  readonly mode: number;
  readonly start: number;
  /** Nominal ms. */
  readonly period: number;
  /** Room time at its start, ms. */
  readonly room: number;
  /** Began from idle: the first results are late. */
  readonly isCold: boolean;
  /** Measurements so far. */
  count: number;
}

/** By drive mode, ms. */
const periods: readonly number[] = Object.freeze([0, 1_000, 10_000, 60_000, 250]);
const hardwareBits = 0x38;
const minute = 60_000;

/**
 * The measuring half of the CCS811 application: drive modes, results, interrupt and baseline. The
 * number of measurements decides which moment of the room a sample shows, not the time on the wall,
 * so that a slow or a hurried host sees the same samples; a pause counts in whole minutes.
 */
export class CCS811Measurement {
  readonly thresholds = new CCS811Thresholds();
  /** Of the firmware that runs. */
  profile: CCS811Profile;
  /** ERROR_ID bits 3–5 that every measurement raises again. */
  hardwareFaults = 0;
  readonly #options: CCS811MeasurementOptions;
  readonly #baseline: CCS811Baseline;
  #measMode = 0;
  #run: Run | undefined;
  #conditionedSince = 0;
  #room = 0;
  #idleSince: number | undefined;
  #shown = 0;
  #stalledAt: number | undefined;
  #isReady = false;
  #isInterrupting = false;
  #newErrors = 0;
  #CO2 = 0;
  #tvoc = 0;
  #raw = 0;
  #temperature = 25;

  constructor(profile: CCS811Profile, options: CCS811MeasurementOptions) {
    this.profile = profile;
    this.#options = options;
    this.#baseline = new CCS811Baseline(options.seed);
  }

  /** MEAS_MODE as it reads back. */
  get measMode(): number {
    return this.#measMode;
  }

  get driveMode(): number {
    return this.#run?.mode ?? 0;
  }

  /** Measurements in the present drive mode so far. */
  get count(): number {
    return this.#run?.count ?? 0;
  }

  /** DATA_READY. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** nINT is low. */
  get isInterrupting(): boolean {
    return this.#isInterrupting;
  }

  /** ms until the next measurement; undefined when there will be none. */
  untilNext(now: number): number | undefined {
    const run = this.#run;
    if (!run || this.#stalledAt !== undefined) return undefined;
    const next = run.start + (run.count + 1) * run.period * this.#options.clockFactor;
    return Math.max(0, next - now);
  }

  /** Writes MEAS_MODE; its drive mode is 0–4. */
  configure(value: number, now: number): void {
    const mode = (value >> 4) & 7;
    this.#measMode = value & 0x7c;
    if (mode === this.driveMode) return;
    const isCold = this.end(now);
    if (mode === 0) return;
    if (isCold) this.beginConditioning(now);
    this.#baseline.forget();
    const period = periods[mode] ?? 0;
    this.#run = { mode, start: now, period, room: this.#room, isCold, count: 0 };
  }

  /** Makes the measurements that were due by `now`; returns the ERROR_ID bits they raised. */
  advance(now: number): number {
    const run = this.#run;
    if (!run) return 0;
    const time = Math.min(now, this.#stalledAt ?? now);
    const due = Math.floor((time - run.start) / (run.period * this.#options.clockFactor));
    // Nobody sees what the measurements in between showed, unless each may cross a threshold.
    if (!this.watchesThresholds && due > run.count + 1) this.skip(run, due - 1);
    while (run.count < due) this.measure(run);
    const errors = this.#newErrors;
    this.#newErrors = 0;
    return errors;
  }

  /** Bytes 0–3 of ALG_RESULT_DATA; reading them takes DATA_READY and nINT back. */
  takeResult(): readonly number[] {
    this.#isReady = false;
    this.#isInterrupting = false;
    return [this.#CO2 >> 8, this.#CO2 & 0xff, this.#tvoc >> 8, this.#tvoc & 0xff];
  }

  /** RAW_DATA. */
  get raw(): readonly number[] {
    return [this.#raw >> 8, this.#raw & 0xff];
  }

  /** NTC: mV over 100 kΩ, then over a 10 kΩ thermistor, at the latest measurement. */
  get ntc(): readonly number[] {
    const thermistor = 10_000 * Math.max(0.1, 1 - 0.04 * (this.#temperature - 25));
    const reference = Math.round((1_200 * 100_000) / (100_000 + thermistor));
    return [reference >> 8, reference & 0xff, (1_200 - reference) >> 8, (1_200 - reference) & 0xff];
  }

  /** BASELINE, opaque. */
  baselineAt(now: number): number {
    return this.#baseline.read(this.driveMode, this.elapsed(now));
  }

  /** False when run-in is not over: the value is dropped. */
  restoreBaseline(value: number, now: number): boolean {
    return this.#baseline.write(value, this.elapsed(now));
  }

  /** No measurement is made any more, until a reset. */
  stall(now: number): void {
    this.#stalledAt = now;
  }

  /** Back to the state after a reset; the room lives on. */
  reset(now: number): void {
    this.end(now);
    this.#measMode = 0;
    this.#stalledAt = undefined;
    this.#isReady = false;
    this.#isInterrupting = false;
    this.#newErrors = 0;
    this.#CO2 = 0;
    this.#tvoc = 0;
    this.#raw = 0;
    this.#baseline.forget();
    this.thresholds.reset();
  }

  private get watchesThresholds(): boolean {
    return (this.#measMode & 0x0c) === 0x0c;
  }

  private elapsed(now: number): number {
    return this.#run ? now - this.#conditionedSince : 0;
  }

  /** Ends the run; true when the next one begins from idle. */
  private end(now: number): boolean {
    if (!this.#run) return true;
    this.#room += this.#run.count * this.#run.period;
    this.#run = undefined;
    this.#idleSince = now;
    return false;
  }

  private beginConditioning(now: number): void {
    if (this.#idleSince !== undefined) {
      this.#room += Math.round((now - this.#idleSince) / minute) * minute;
    }
    this.#conditionedSince = now;
    this.#shown = 0;
  }

  private isSilent(run: Run, count: number): boolean {
    return run.isCold && count * run.period < this.profile.silence;
  }

  private skip(run: Run, count: number): void {
    for (; run.count < count && this.#shown < 16; run.count++) {
      if (run.mode !== 4 && !this.isSilent(run, run.count + 1)) this.#shown++;
    }
    run.count = count;
  }

  private measure(run: Run): void {
    const air = this.#options.air.at(run.room + ++run.count * run.period);
    this.#newErrors |= this.hardwareFaults & hardwareBits;
    this.#temperature = air.temperature;
    this.#raw = this.hardwareFaults === 0 ? rawOf(air.tvoc) : 0x07ff;
    if (this.isSilent(run, run.count)) return;
    const hasCrossed = run.mode !== 4 && this.calculate(air);
    this.#isReady = true;
    const isWanted = this.watchesThresholds ? hasCrossed : (this.#measMode & 0x08) !== 0;
    if (isWanted) this.#isInterrupting = true;
  }

  /** Computes eCO2 and TVOC; true when a threshold was crossed. */
  private calculate({ CO2, tvoc }: AirSample): boolean {
    const { firstCO2, maxCO2, maxTVOC, lockStep } = this.profile;
    const first = this.hardwareFaults === 0 ? firstCO2[this.#shown] : 400;
    this.#shown++;
    const clipped = Math.min(maxCO2, Math.max(400, Math.round(CO2)));
    this.#CO2 = first ?? clipped;
    const dependent = Math.floor(((clipped - 400) * maxTVOC) / (maxCO2 - 400));
    const live = lockStep ? dependent : Math.min(maxTVOC, Math.max(0, Math.round(tvoc)));
    this.#tvoc = first === undefined ? live : 0;
    return this.thresholds.isCrossedBy(this.#CO2);
  }
}

/** 12 µA through a resistance that falls with the VOC: bits 15:10 current, 9:0 voltage. */
function rawOf(tvoc: number): number {
  const voltage = Math.round(745 / (1 + Math.max(0, tvoc) / 600));
  return (12 << 10) | Math.max(1, Math.min(1_022, voltage));
}
