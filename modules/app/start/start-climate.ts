// SPDX-License-Identifier: MIT

import type { ClimateSource, ClimateSources } from "../../air-quality/climate-sources.ts";
import { messageOf } from "../../base/app-error.ts";
import type { Clock, Timers } from "../../base/clock.ts";
import type { BoardWiring, Host } from "../../base/host.ts";
import type { Log } from "../../base/log.ts";
import type { ClimateSample } from "../../ecma-419/sensor.ts";
import { addressText } from "../i2c/i2c-probe.ts";
import { type RovingSensor, SensorWatch, type WatchedSensor } from "../i2c/sensor-watch.ts";
import type { SharedBus } from "../i2c/shared-bus.ts";

/** What every driver of a climate sensor takes. */
export interface ClimateDriverOptions<Sensor> {
  readonly sensor: Sensor;
  readonly timers: Timers;
  readonly clock: Clock;
  readonly onSample: (sample: ClimateSample) => void;
  readonly onFault: (fault: Error | undefined) => void;
}

/** A climate sensor on I2C that the firmware has a driver for. */
export interface ClimateKind {
  /** The name of its part on the console. */
  readonly part: string;
  readonly addresses: readonly number[];
  /** The higher one's humidity is believed. */
  readonly rank: number;
  open(
    options: ClimateDriverOptions<BoardWiring["i2c"] & { readonly address: number }>,
  ): WatchedSensor;
}

export interface StartClimateOptions {
  readonly host: Pick<Host, "clock" | "timers" | "board">;
  readonly bus: Pick<SharedBus, "wiring" | "isAnswered" | "look">;
  readonly log: Log;
  readonly sources: ClimateSources;
  readonly kinds: readonly ClimateKind[];
  /** The gas sensor, which is none of them. */
  readonly gas: RovingSensor;
  /** Opens the sensor on a wire of its own. */
  readonly openPulses: (
    options: ClimateDriverOptions<NonNullable<BoardWiring["pulses"]>>,
  ) => WatchedSensor;
}

/** Which sensor it is, where, whether it is believed, and whether its place is its own. */
interface SensorFacts {
  readonly part: string;
  readonly place: string;
  readonly rank: number;
  readonly isExpected: boolean;
}

/** Of a DHT: better than a sensor that warms itself, less exact than one for humidity alone. */
const pulsesRank = 2;

/**
 * The climate sensors of the board, whenever they are plugged in: their samples go to the sources,
 * their faults to the log.
 */
export class RunningClimate {
  readonly #options: StartClimateOptions;
  readonly #watch: SensorWatch<ClimateKind>;
  readonly #wired: WatchedSensor | undefined;

  constructor(options: StartClimateOptions) {
    const { board } = options.host;
    this.#options = options;
    this.#watch = new SensorWatch(options, this);
    this.#wired = board.pulses && this.openWired(board.pulses);
  }

  /** What the last scan of the bus has found; begins another, whose result goes to the log. */
  scan(): string {
    return this.#watch.scan();
  }

  /** The chip at `address` that is in use; undefined: there is none. */
  driverAt(address: number): string | undefined {
    return this.#watch.driverAt(address);
  }

  close(): void {
    this.#watch.close();
    this.#wired?.close();
  }

  /** Opens the driver of a kind at the address of a device that may be one. */
  openSensor({ part, rank, open }: ClimateKind, address: number): WatchedSensor {
    const sensor = { ...this.#options.bus.wiring, address };
    const facts = { part, rank, place: addressText(address), isExpected: false };
    return this.connect(facts, (common) => open({ ...common, sensor }));
  }

  private openWired(sensor: NonNullable<BoardWiring["pulses"]>): WatchedSensor | undefined {
    const { log, openPulses } = this.#options;
    const part = "dht";
    const facts = { part, rank: pulsesRank, place: `GPIO ${sensor.pin}`, isExpected: true };
    try {
      return this.connect(facts, (common) => openPulses({ ...common, sensor }));
    } catch (error) {
      log({ level: "error", part, event: "off", text: messageOf(error) });
      return undefined;
    }
  }

  /** Opens one sensor with what all of them take. */
  private connect(
    { part, place, rank, isExpected }: SensorFacts,
    open: (common: Omit<ClimateDriverOptions<unknown>, "sensor">) => WatchedSensor,
  ): WatchedSensor {
    const { host, log, sources } = this.#options;
    let source: ClimateSource | undefined;
    const sensor = open({
      timers: host.timers,
      clock: host.clock,
      onSample: (sample) => {
        source ??= { name: `${sensor.identification.model} at ${place}`, rank };
        sources.add(source, sample);
      },
      onFault: (fault) => {
        // What is no sensor of this kind is for the watch to tell.
        if (!isExpected && sensor.identification.model === undefined) return;
        const text = fault ? fault.message : "works again";
        log({ level: fault ? "warn" : "info", part, event: fault ? "fault" : "well", text });
      },
    });
    return sensor;
  }
}
