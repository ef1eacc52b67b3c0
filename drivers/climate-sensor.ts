// SPDX-License-Identifier: MIT

import { type ErrorFacts, messageOf } from "../modules/base/app-error.ts";
import type { Clock, Timer, Timers } from "../modules/base/clock.ts";
import type { ClimateSample, SensorState } from "../modules/ecma-419/sensor.ts";
import type { ClimateMeasurement, ClimateSensorKind } from "./climate-measurement.ts";
import { SensorError } from "./sensor-error.ts";

export interface ClimateSettings {
  /** ms between two measurements, up to 3,600,000. */
  readonly interval?: number;
}

export interface ClimateSensorOptions extends ClimateSettings {
  readonly timers: Timers;
  readonly clock: Clock;
  /** Gets every sample; without it `sample()` gives the newest. Called from a timer. */
  readonly onSample?: (sample: ClimateSample) => void;
  /**
   * Told when the third attempt in a row has failed, when the trouble changes, and with undefined
   * when samples come again. `state` has changed before. The sensor keeps trying, at last every
   * 30 s. Called from a timer.
   */
  readonly onFault?: (fault: SensorError | undefined) => void;
}

const maxInterval = 3_600_000;
/** Attempts in a row that may fail before the chip is started afresh and the fault is told. */
const faultThreshold = 3;
/** No pause between two attempts is longer, ms. */
const maxRetryDelay = 30_000;

/**
 * What all climate sensors have in common (ECMA-419 Sensor Class Pattern): opens whether the chip is
 * there or not, measures on its own every `interval` ms, hands out each sample once, and comes back
 * by itself from any fault.
 */
export class ClimateSensor<Options extends ClimateSensorOptions> {
  readonly #kind: ClimateSensorKind<Options>;
  readonly #measurement: ClimateMeasurement<Options>;
  readonly #timers: Timers;
  readonly #clock: Clock;
  readonly #onSample: ClimateSensorOptions["onSample"];
  readonly #onFault: ClimateSensorOptions["onFault"];
  readonly #turn = () => this.proceed();
  #interval: number;
  /** When the present measurement was to begin; while idle, the next one. */
  #due: number;
  #idle = false;
  /** Undefined when closed. */
  #timer: Timer | undefined;
  #sample: ClimateSample | undefined;
  #failed = 0;
  #needsRestart = true;
  #faults = 0;
  #fault: SensorError | undefined;

  /**
   * Throws SensorError "…/bad-option", or "…/bus" when the IO can not be opened. Says no word to the
   * chip yet.
   */
  constructor(options: Options, kind: ClimateSensorKind<Options>) {
    const { timers, clock, interval = kind.interval, onSample, onFault } = options;
    checkInterval(interval, kind);
    this.#kind = kind;
    this.#measurement = opened(options, kind);
    this.#timers = timers;
    this.#clock = clock;
    this.#onSample = onSample;
    this.#onFault = onFault;
    this.#interval = interval;
    this.#due = clock.ticks();
    this.schedule(0);
  }

  /** Changes what is named, from the next measurement on; throws on a bad value, changing nothing. */
  configure(options: Partial<Options>): void {
    this.checkOpen();
    const { interval } = options;
    if (interval !== undefined) checkInterval(interval, this.#kind);
    this.#measurement.configure(options as Options);
    if (interval !== undefined) this.setInterval(interval);
  }

  /**
   * The newest measurement, once: undefined until there is a newer one, and always when `onSample`
   * takes them. Never talks to the chip.
   */
  sample(): ClimateSample | undefined {
    this.checkOpen();
    const sample = this.#sample;
    this.#sample = undefined;
    return sample;
  }

  /** ECMA-419 provenance: which chip answers; undefined until one has. */
  get identification(): { readonly model: string | undefined } {
    return { model: this.#measurement.model };
  }

  get state(): SensorState {
    const code = this.#fault?.code;
    if (code === undefined) return this.#measurement.model === undefined ? "starting" : "ready";
    if (code.endsWith("/absent")) return "absent";
    return code.endsWith("/wrong-id") ? "wrong-id" : "fault";
  }

  /** Failed attempts so far: bus faults, bad checksums, values that can not be. */
  get faults(): number {
    return this.#faults;
  }

  /** The present trouble; undefined while samples come. */
  get fault(): SensorError | undefined {
    return this.#fault;
  }

  close(): void {
    if (!this.#timer) return;
    this.#timers.clear(this.#timer);
    this.#timer = undefined;
    this.#sample = undefined;
    this.#measurement.close();
  }

  private checkOpen(): void {
    if (this.#timer) return;
    throw errorOf(this.#kind, "closed", { what: "the driver is closed" });
  }

  private schedule(delay: number): void {
    this.#timer = this.#timers.set(this.#turn, delay);
  }

  private setInterval(interval: number): void {
    const change = interval - this.#interval;
    this.#interval = interval;
    if (!this.#idle) return;
    this.#due += change;
    this.#timers.clear(this.#timer);
    this.schedule(Math.max(0, this.#due - this.#clock.ticks()));
  }

  private proceed(): void {
    this.#idle = false;
    let result: number | ClimateSample;
    try {
      result = this.#needsRestart ? this.restart() : this.#measurement.step();
    } catch (error) {
      this.fail(error);
      return;
    }
    if (typeof result === "number") this.schedule(result);
    else this.deliver(result);
  }

  private restart(): number {
    const wait = this.#measurement.restart();
    this.#needsRestart = false;
    this.#due = this.#clock.ticks() + wait;
    return wait;
  }

  private deliver(sample: ClimateSample): void {
    const now = this.#clock.ticks();
    this.#due = Math.max(this.#due + this.#interval, now);
    this.#idle = true;
    this.schedule(this.#due - now);
    this.#failed = 0;
    if (this.#fault) {
      this.#fault = undefined;
      this.#onFault?.call(this, undefined);
      if (!this.#timer) return;
    }
    if (this.#onSample) this.#onSample.call(this, sample);
    else this.#sample = sample;
  }

  private fail(cause: unknown): void {
    this.#faults++;
    const { retry } = this.#kind;
    this.schedule(Math.min(maxRetryDelay, retry * 2 ** Math.min(this.#failed, 16)));
    this.#failed++;
    if (this.#failed < faultThreshold) return;
    this.#needsRestart = true;
    const error = asSensorError(cause, this.#kind);
    if (error.code === this.#fault?.code) return;
    this.#fault = error;
    this.#onFault?.call(this, error);
  }
}

function opened<T>(options: T, kind: ClimateSensorKind<T>): ClimateMeasurement<T> {
  try {
    return kind.open(options);
  } catch (cause) {
    if (cause instanceof SensorError) throw cause;
    const what = `the ${kind.chip} can not be opened`;
    throw errorOf(kind, "bus", { what, why: messageOf(cause), cause });
  }
}

function checkInterval<T>(interval: number, kind: ClimateSensorKind<T>): void {
  const { minInterval } = kind;
  if (interval >= minInterval && interval <= maxInterval) return;
  throw errorOf(kind, "bad-option", {
    what: "the interval is out of range",
    why: `${interval} is not ${minInterval} to ${maxInterval} ms`,
  });
}

/** What the bus throws becomes an error of the sensor. */
function asSensorError<T>(cause: unknown, kind: ClimateSensorKind<T>): SensorError {
  if (cause instanceof SensorError) return cause;
  return errorOf(kind, "absent", {
    what: `the ${kind.chip} does not answer`,
    why: messageOf(cause),
    todo: "check its supply, its wires and its address",
    cause,
  });
}

function errorOf<T>(
  { chip }: ClimateSensorKind<T>,
  what: string,
  facts: Omit<ErrorFacts, "code">,
): SensorError {
  return new SensorError({ code: `${chip.toLowerCase()}/${what}`, ...facts });
}
