// SPDX-License-Identifier: MIT

import type { Clock } from "../../modules/base/clock.ts";
import type { PulseSource, PulseSourceConstructor } from "../../modules/base/pulse-source.ts";
import type { ClimateSample } from "../../modules/ecma-419/sensor.ts";
import type { ClimateMeasurement } from "../climate-measurement.ts";
import { SensorError } from "../sensor-error.ts";
import { type DHTModel, type DHTValues, decodeFrame, type FrameFault, modelOf } from "./frame.ts";
import { decodePulses } from "./pulse-decoder.ts";

/** Where the sensor is. */
export interface DHTSensorOptions {
  readonly io: PulseSourceConstructor;
  /** The data line. */
  readonly pin: number;
}

type Phase = "idle" | "listening" | "answered";

/** Shortest time between two start signals, ms; a sensor that is asked more often answers badly. */
export const minPause = Object.freeze({ DHT22: 2_000, DHT11: 1_000 });
/** ms of the start signal: for a DHT22, and for a DHT11 and some copies of the DHT22. */
const startSignals = Object.freeze([1.2, 20] as const);
/** ms within which a capture calls back after its start signal, with something to spare. */
const answerTime = 25;
/** An answer is the measurement made at the one before; from older ones than this, ms, it is old. */
const freshness = 6_000;
const faults: Readonly<Record<FrameFault | "absent" | "unreadable", string>> = Object.freeze({
  absent: "the sensor does not answer",
  unreadable: "the pulses are not an answer",
  checksum: "the checksum is wrong",
  blank: "all bits are 0",
  implausible: "the sensor can not have measured this",
});

/** One start signal for a measurement, two after a long pause; the host captures the pulses. */
export class DHTMeasurement implements ClimateMeasurement<object> {
  readonly #source: PulseSource;
  readonly #clock: Clock;
  readonly #given: DHTModel | undefined;
  readonly #frame = new Uint8Array(5);
  readonly #captured = (widths: Uint16Array | undefined) => {
    this.#widths = widths;
  };
  #model: DHTModel | undefined;
  #phase: Phase = "idle";
  #widths: Uint16Array | undefined;
  /** Which start signal is used. */
  #signal = 0;
  /** When the last start signal was sent. */
  #signalled = Number.NEGATIVE_INFINITY;
  /** When the sensor has last answered; with its start signal it began to measure. */
  #answered = Number.NEGATIVE_INFINITY;
  #isFresh = false;

  constructor(options: {
    readonly sensor: DHTSensorOptions;
    readonly clock: Clock;
    readonly model?: DHTModel;
  }) {
    const { sensor, clock, model } = options;
    const { io, ...rest } = sensor;
    this.#clock = clock;
    this.#given = model;
    this.#source = new io(rest);
  }

  get model(): DHTModel | undefined {
    return this.#model;
  }

  private get pause(): number {
    return minPause[this.#given ?? "DHT22"];
  }

  configure(): void {}

  /** Nothing can be asked of the sensor here; after power-on it wants to be left alone. */
  restart(): number {
    this.#phase = "idle";
    this.#answered = Number.NEGATIVE_INFINITY;
    return this.pause;
  }

  step(): number | ClimateSample {
    const phase = this.#phase;
    if (phase === "idle") return this.ask();
    this.#phase = "idle";
    if (phase === "listening") {
      this.read(this.#widths);
      this.#widths = undefined;
      // The rest in a turn of its own: eighty pulses are as much as one should read.
      this.#phase = "answered";
      return 0;
    }
    const values = this.valuesOf(this.#frame);
    // What it has measured at the call before, if that was just now.
    if (!this.#isFresh) return 0;
    return {
      thermometer: { temperature: values.temperature },
      hygrometer: { humidity: values.humidity },
      ticks: this.#clock.ticks(),
    };
  }

  close(): void {
    this.#source.close();
  }

  private ask(): number {
    const now = this.#clock.ticks();
    const elapsed = now - this.#signalled;
    if (elapsed < this.pause) return this.pause - elapsed;
    const signal = startSignals[this.#signal] ?? startSignals[0];
    this.#widths = undefined;
    this.#signalled = now;
    this.#source.capture(signal, this.#captured);
    this.#isFresh = now - this.#answered <= freshness;
    this.#phase = "listening";
    return Math.ceil(signal) + answerTime;
  }

  private read(widths: Uint16Array | undefined): void {
    if (!widths) {
      this.#signal = (this.#signal + 1) % startSignals.length;
      throw faultOf("absent");
    }
    this.#answered = this.#clock.ticks();
    if (!decodePulses(widths, this.#frame)) throw faultOf("unreadable");
  }

  private valuesOf(frame: Uint8Array): DHTValues {
    const model = this.#given ?? modelOf(frame);
    const result = decodeFrame(frame, model);
    if (typeof result !== "object") throw faultOf(result);
    this.#model = model;
    return result;
  }
}

function faultOf(fault: keyof typeof faults): SensorError {
  return new SensorError({
    code: `dht/${fault}`,
    what: faults[fault],
    ...(fault === "absent" && { todo: "check its supply, its data line and the pull-up" }),
  });
}
