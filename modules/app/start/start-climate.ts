// SPDX-License-Identifier: MIT

import type { ClimateSource, ClimateSources } from "../../air-quality/climate-sources.ts";
import type { GasAir } from "../../air-quality/gas-sources.ts";
import { messageOf } from "../../base/app-error.ts";
import type { Clock, Timers } from "../../base/clock.ts";
import { frozen } from "../../base/frozen.ts";
import type { BoardWiring, Host } from "../../base/host.ts";
import type { Log } from "../../base/log.ts";
import type { Reply } from "../../console/running-command.ts";
import type { ClimateSample } from "../../ecma-419/sensor.ts";
import { addressText } from "../i2c/i2c-probe.ts";
import { type RovingSensor, SensorWatch, type WatchedSensor } from "../i2c/sensor-watch.ts";
import type { SharedBus } from "../i2c/shared-bus.ts";
import type { BoardSettings } from "../setting-list.ts";

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
  /** A gas sensor. */
  readonly measuresGas?: boolean;
  /** One whose CO2 is measured. */
  readonly measuresCO2?: boolean;
  open(
    options: ClimateDriverOptions<BoardWiring["i2c"] & { readonly address: number }>,
  ): ClimateDriver;
}

/** A driver at work. That of a gas sensor takes a `GasAir`; others leave them alone. */
export interface ClimateDriver extends WatchedSensor {
  configure(settings: object): void;
}

export interface StartClimateOptions {
  readonly host: Pick<Host, "clock" | "timers" | "board">;
  readonly bus: Pick<SharedBus, "wiring" | "isAnswered" | "look">;
  readonly log: Log;
  readonly sources: ClimateSources;
  readonly kinds: readonly ClimateKind[];
  /** For a sensor that measures CO2; without them it measures as it does of itself. */
  readonly settings?: Pick<BoardSettings, "get" | "isWaiting">;
  /** The one that has measured while the board was asleep. */
  readonly CO2SensorBefore?: string | undefined;
  /** The gas sensor, which is none of them. */
  readonly gas: RovingSensor;
  /** Opens the sensor on a wire of its own. */
  readonly openPulses: (
    options: ClimateDriverOptions<NonNullable<BoardWiring["pulses"]>>,
  ) => ClimateDriver;
}

/** What an SCD4x takes: Pa, and at most so many m above the sea. */
const pressureRange = frozen([70_000, 120_000]);
const altitudeLimit = 3_000;

/** A DHT: better than a sensor that warms itself, less exact than one for humidity alone. */
const pulsesKind = frozen({ part: "dht", rank: 2 });

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

  /** Scans the bus; what is found goes to `reply`. */
  scan(reply: Reply): void {
    this.#watch.scan(reply);
  }

  /** The chip at `address` that is in use; undefined: there is none. */
  driverAt(address: number): string | undefined {
    return this.#watch.driverAt(address);
  }

  /** Each gas sensor that has answered as one, with its trouble: "SCD41 at 0x62: no value yet". */
  gasLines(): readonly string[] {
    const lines: string[] = [];
    for (const [address, { kind, sensor }] of this.#watch.places) {
      const { model } = sensor.identification;
      if (!kind.measuresGas || model === undefined) continue;
      const what = sensor.fault?.message ?? "no value yet";
      lines.push(`${model} at ${addressText(address)}: ${what}`);
    }
    return lines;
  }

  /** `climate.altitude` has changed: a sensor that measures CO2 is told. */
  altitudeChanged(): void {
    const { settings } = this.#options;
    for (const { kind, sensor } of this.#watch.places.values()) {
      // What the watch has is what `openSensor` gave it.
      if (kind.measuresCO2 && settings)
        tryToConfigure(sensor as ClimateDriver, altitudeIn(settings));
    }
  }

  /** The sensor of CO2 that will go on measuring in a sleep; undefined: there is none, or it has to begin anew. */
  get CO2SensorLeft(): string | undefined {
    const { settings } = this.#options;
    // What has been set since holds from the next start on.
    if (!settings || settings.isWaiting("co2.self-calibration")) return undefined;
    for (const { kind, sensor } of this.#watch.places.values()) {
      if (kind.measuresCO2 && sensor.state === "ready") return sensor.identification.model;
    }
    return undefined;
  }

  close(): void {
    this.#watch.close();
    this.#wired?.close();
  }

  /** Opens the driver of a kind at the address of a device that may be one. */
  openSensor(kind: ClimateKind, address: number): WatchedSensor {
    const sensor = { ...this.#options.bus.wiring, address };
    const connection = new Connection(this.#options, kind, addressText(address));
    return connection.open((common) => kind.open({ ...common, sensor }));
  }

  private openWired(sensor: NonNullable<BoardWiring["pulses"]>): WatchedSensor | undefined {
    const { log, openPulses } = this.#options;
    const connection = new Connection(this.#options, pulsesKind, `GPIO ${sensor.pin}`);
    try {
      return connection.open((common) => openPulses({ ...common, sensor }));
    } catch (error) {
      const { part } = pulsesKind;
      log({ level: "error", part, event: "off", text: messageOf(error) });
      return undefined;
    }
  }
}

/**
 * What is set for a sensor that measures CO2; a barometer, if there is one, knows more than the altitude. It goes on
 * while the board sleeps, with the least current.
 */
function CO2Settings(settings: Pick<BoardSettings, "get">, before: string | undefined): object {
  const told = altitudeIn(settings);
  const sleeps = settings.get("sleep") > 0;
  return {
    mode: sleeps ? "low-power" : settings.get("co2.mode"),
    keepRunning: sleeps,
    ...(sleeps && before !== undefined && { before }),
    selfCalibration: settings.get("co2.self-calibration") === "on",
    // One that nobody has told where it is keeps what it has stored.
    ...(told.altitude > 0 && told),
  };
}

function altitudeIn(settings: Pick<BoardSettings, "get">): { readonly altitude: number } {
  const altitude = settings.get("climate.altitude");
  return { altitude: Math.min(altitudeLimit, Math.max(0, altitude)) };
}

function tryToConfigure(sensor: ClimateDriver | undefined, settings: object): void {
  try {
    sensor?.configure(settings);
  } catch {
    // It has met another chip and was closed; the station will notice that it is silent.
  }
}

type ConnectionOptions = Pick<
  StartClimateOptions,
  "host" | "log" | "sources" | "settings" | "CO2SensorBefore"
>;

/** Where the samples and faults of one sensor go. */
class Connection implements ClimateSource {
  readonly #options: ConnectionOptions;
  readonly #kind: Omit<ClimateKind, "addresses" | "open">;
  readonly #place: string;
  #sensor: ClimateDriver | undefined;

  constructor(
    options: ConnectionOptions,
    kind: Omit<ClimateKind, "addresses" | "open">,
    place: string,
  ) {
    this.#options = options;
    this.#kind = kind;
    this.#place = place;
  }

  get name(): string {
    return `${this.#sensor?.identification.model} at ${this.#place}`;
  }

  get rank(): number {
    return this.#kind.rank;
  }

  get measuresCO2(): boolean {
    return this.#kind.measuresCO2 === true;
  }

  /** Tells it the air that its gas values depend on. */
  compensate({ pressure, ...air }: GasAir): void {
    const [least, most] = pressureRange;
    const isKnown = pressure !== undefined;
    const told = isKnown && { pressure: Math.min(most, Math.max(least, pressure)) };
    tryToConfigure(this.#sensor, { ...air, ...told });
  }

  calibrate(CO2: number, onDone: (result: number | Error) => void): void {
    this.#sensor?.configure({ recalibration: { CO2, onDone } });
  }

  /** Opens the sensor with what all of them take. */
  open(
    open: (common: Omit<ClimateDriverOptions<unknown>, "sensor">) => ClimateDriver,
  ): WatchedSensor {
    const { clock, timers } = this.#options.host;
    const onSample = (sample: ClimateSample) => this.#options.sources.add(this, sample);
    const onFault = (fault: Error | undefined) => this.logFault(fault);
    const sensor = open({ clock, timers, onSample, onFault });
    this.#sensor = sensor;
    const { settings, CO2SensorBefore } = this.#options;
    if (this.measuresCO2 && settings) {
      sensor.configure(CO2Settings(settings, CO2SensorBefore));
    }
    return sensor;
  }

  private logFault(fault: Error | undefined): void {
    const kind = this.#kind;
    // On the bus, what is no sensor of this kind is for the watch to tell.
    const isExpected = kind === pulsesKind || this.#sensor?.identification.model !== undefined;
    if (!isExpected) return;
    const text = fault ? fault.message : "works again";
    const [level, event] = fault ? (["warn", "fault"] as const) : (["info", "well"] as const);
    this.#options.log({ level, part: kind.part, event, text });
  }
}
