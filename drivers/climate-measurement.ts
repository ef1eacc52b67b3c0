// SPDX-License-Identifier: MIT

import type { ClimateSample } from "../modules/ecma-419/sensor.ts";

/**
 * The part of a driver that talks to the chip. It never waits: each call is a few transfers. What the
 * bus throws may pass through: it becomes "…/absent". A chip that is another one is told by a
 * SensorError "…/wrong-id", all other trouble by a code of its own.
 */
export interface ClimateMeasurement<Settings> {
  /**
   * What the chip has turned out to be, "BMP280"; undefined until it has answered as one: with its
   * id, or, where it has none, with something that only it can have sent (a checksum).
   */
  readonly model: string | undefined;
  /** Checks every setting named, then takes them all over; throws on a bad one. */
  configure(settings: Settings): void;
  /**
   * Checks, before anything is written that could harm another chip, that it is there and the right
   * one, and brings it to a known state. Called first, and after three failures in a row. Returns ms
   * until `step`.
   */
  restart(): number;
  /**
   * Does the next thing of a measurement. Returns ms until the next step, or the finished sample;
   * throws on trouble, what the bus throws included, and then the next step tries the same again.
   */
  step(): number | ClimateSample;
  close(): void;
}

/** What the kinds of climate sensors differ in. */
export interface ClimateSensorKind<Options> {
  /** "BME280"; in lower case it begins the error codes. */
  readonly chip: string;
  /** ms between two measurements when the options name none. */
  readonly interval: number;
  /** The shortest interval allowed, ms. */
  readonly minInterval: number;
  /** ms until the first retry after a fault; each further one waits twice as long. */
  readonly retry: number;
  /** Checks the options, then opens the IO; no word on the bus yet. */
  open(options: Options): ClimateMeasurement<Options>;
}
