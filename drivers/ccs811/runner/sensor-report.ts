// SPDX-License-Identifier: MIT

import type { Clock } from "../../../modules/base/clock.ts";
import { SensorError } from "../../sensor-error.ts";
import type { CCS811Options } from "../ccs811-options.ts";
import { absent, type CCS811Event, type CCS811State, nextState, running } from "../ccs811-state.ts";
import {
  type CCS811Sample,
  CO2Of,
  currentOf,
  faultsOf,
  hasValues,
  isStartValue,
  rawOf,
  tvocOf,
  voltageOf,
} from "../encoding/algorithm-result.ts";
import {
  deviceErrorFacts,
  deviceErrors,
  hardwareErrorBits,
  knownErrorBits,
} from "../encoding/device-errors.ts";
import {
  type ChipFacts,
  type ChipListener,
  type Counters,
  warmingSamples,
} from "./chip-context.ts";
import type { LiveSettings } from "./live-settings.ts";

/** Faults that wait to be reported; more than one turn can bring. */
const maxPendingFaults = 8;

/** The user's callbacks. */
type ReportCallbacks = Pick<CCS811Options, "onState" | "onFault" | "onAlert" | "onReading">;

export interface SensorReportOptions {
  readonly clock: Clock;
  readonly settings: LiveSettings;
  readonly facts: ChipFacts;
  readonly counters: Counters;
  readonly callbacks: ReportCallbacks;
}

/**
 * Turns what the chip does into state, samples and faults, and keeps each until it is reported:
 * the user is called back only when the turn is over.
 */
export class SensorReport implements ChipListener {
  readonly #clock: Clock;
  readonly #settings: LiveSettings;
  readonly #facts: ChipFacts;
  readonly #counters: Counters;
  readonly #onState: CCS811Options["onState"];
  readonly #onFault: CCS811Options["onFault"];
  readonly #onAlert: CCS811Options["onAlert"];
  readonly #onReading: CCS811Options["onReading"];
  #state: CCS811State = absent;
  #fault: string | undefined;
  #errors = 0;
  #warmingSamples = 0;
  #hasSucceeded = false;
  /** Newest sample that `sample()` has not given out. */
  sample: CCS811Sample | undefined;
  /** To be reported, oldest first. */
  readonly #states: CCS811State[] = [];
  readonly #faults: (SensorError | undefined)[] = [];
  /** A sample that has not been reported. */
  #reading: CCS811Sample | undefined;

  constructor(options: SensorReportOptions) {
    this.#clock = options.clock;
    this.#settings = options.settings;
    this.#facts = options.facts;
    this.#counters = options.counters;
    const { onState, onFault, onAlert, onReading } = options.callbacks;
    this.#onState = onState;
    this.#onFault = onFault;
    this.#onAlert = onAlert;
    this.#onReading = onReading;
  }

  get state(): CCS811State {
    return this.#state;
  }

  /** Whether the chip has worked since the last call. */
  takeSuccess(): boolean {
    const hasSucceeded = this.#hasSucceeded;
    this.#hasSucceeded = false;
    return hasSucceeded;
  }

  /**
   * Calls back what there is to report, with `driver` as `this`. Each thing is taken off before: a
   * callback may throw or close.
   */
  notify(driver: object): void {
    const states = this.#states;
    while (states.length > 0) {
      const state = states.shift();
      if (state) this.#onState?.call(driver, state);
    }
    const faults = this.#faults;
    while (faults.length > 0) {
      const fault = faults.shift();
      this.#onFault?.call(driver, fault);
    }
    const alert = this.#settings.air?.takeAlert();
    if (alert) this.#onAlert?.call(driver, alert);
    const reading = this.#reading;
    this.#reading = undefined;
    if (reading) this.#onReading?.call(driver, reading);
  }

  event(event: CCS811Event): void {
    const next = nextState(this.#state, event);
    if (next === this.#state) return;
    if (next.kind === "warming" && this.#state.kind !== "fault") this.#warmingSamples = 0;
    this.#state = next;
    this.#states.push(next);
  }

  fault(error: SensorError): void {
    if (error.code === this.#fault) return;
    this.#fault = error.code;
    this.queueFault(error);
  }

  called(error: SensorError | undefined): void {
    if (error || (this.#fault === undefined && this.#errors === 0)) this.queueFault(error);
  }

  recovered(): void {
    this.#hasSucceeded = true;
    if (this.#fault === undefined) return;
    this.#fault = undefined;
    if (this.#errors === 0) this.queueFault(undefined);
  }

  errors(errorId: number): void {
    const fresh = errorId & knownErrorBits & ~this.#errors;
    this.#errors |= fresh;
    for (let bit = 0; fresh >> bit > 0; bit++) {
      const error = deviceErrors[bit];
      if ((fresh & (1 << bit)) === 0 || !error) continue;
      const { deviceErrors: counts } = this.#counters;
      counts[bit] = (counts[bit] ?? 0) + 1;
      const fault = new SensorError(deviceErrorFacts(error));
      this.queueFault(fault);
      if ((hardwareErrorBits & (1 << bit)) !== 0) this.event({ kind: "failed", error: fault });
    }
  }

  result(bytes: Uint8Array, errors: number): void {
    this.recovered();
    this.settleErrors(errors & knownErrorBits);
    const counters = this.#counters;
    const { mode, applicationVersion } = this.#facts;
    const isRawOnly = mode === 4;
    const isWarming = running(this.#state)?.kind === "warming" && !isRawOnly && this.isStart(bytes);
    const faults = faultsOf(bytes, { isRawOnly, isWarming, errors, applicationVersion });
    counters.readings++;
    const isMarked = faults.length > 0;
    if (isMarked) {
      counters.marked++;
      if (faults.includes("bus")) counters.busFaults++;
    }
    const { air } = this.#settings;
    if (!isMarked) air?.take(CO2Of(bytes));
    const sample = this.sampleOf(bytes, faults);
    if (air) sample.range = air.range;
    this.sample = sample;
    this.#reading = sample;
    if (!isWarming) this.event({ kind: "valued", ticks: sample.ticks });
  }

  /** Nothing is reported any more. */
  close(): void {
    this.#states.length = 0;
    this.#faults.length = 0;
    this.sample = undefined;
    this.#reading = undefined;
    this.#settings.air?.takeAlert();
  }

  /** Errors that this measurement did not raise again are over. */
  private settleErrors(errors: number): void {
    const wereThere = this.#errors !== 0;
    this.#errors = errors;
    if ((errors & hardwareErrorBits) === 0) this.event({ kind: "recovered" });
    if (wereThere && errors === 0 && this.#fault === undefined) this.queueFault(undefined);
  }

  private isStart(bytes: Uint8Array): boolean {
    if (!isStartValue(bytes)) return false;
    return ++this.#warmingSamples <= warmingSamples;
  }

  private sampleOf(bytes: Uint8Array, faults: CCS811Sample["faults"]): CCS811Sample {
    const clock = this.#clock;
    const raw = rawOf(bytes);
    const isKnown = hasValues(faults);
    return {
      carbonDioxideDetector: isKnown ? { CO2: CO2Of(bytes) } : undefined,
      vocDetector: isKnown ? { tvoc: tvocOf(bytes) } : undefined,
      current: currentOf(raw),
      voltage: voltageOf(raw),
      time: clock.now(),
      ticks: clock.ticks(),
      faults,
    };
  }

  private queueFault(fault: SensorError | undefined): void {
    if (this.#faults.length >= maxPendingFaults) this.#faults.shift();
    this.#faults.push(fault);
  }
}
