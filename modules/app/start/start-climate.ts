// SPDX-License-Identifier: MIT

import type { ClimateSource, ClimateSources } from "../../air-quality/climate-sources.ts";
import { messageOf } from "../../base/app-error.ts";
import type { Clock, Timers } from "../../base/clock.ts";
import type { BoardWiring, Host } from "../../base/host.ts";
import type { Log } from "../../base/log.ts";
import type { ClimateSample } from "../../ecma-419/sensor.ts";
import { addressText } from "../i2c/i2c-probe.ts";
import { type FoundSensor, type OwnDevice, SensorFinder } from "../i2c/sensor-finder.ts";

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
  ): FoundSensor;
}

export interface StartClimateOptions {
  readonly host: Pick<Host, "clock" | "timers" | "board">;
  /** The bus as the drivers are to open it; scans use the host's. */
  readonly bus: BoardWiring["i2c"];
  readonly log: Log;
  readonly sources: ClimateSources;
  readonly kinds: readonly ClimateKind[];
  /** The device on the bus that is none of them. */
  readonly own: OwnDevice;
  /** Opens the sensor on a wire of its own. */
  readonly openPulses: (
    options: ClimateDriverOptions<NonNullable<BoardWiring["pulses"]>>,
  ) => FoundSensor;
}

/** Which sensor it is, where, and whether it is believed. */
interface SensorFacts {
  readonly part: string;
  readonly place: string;
  readonly rank: number;
}

/** Of a DHT: better than a sensor that warms itself, less exact than one for humidity alone. */
const pulsesRank = 2;

/**
 * The climate sensors of the board: finds and opens them; their samples go to the sources, their
 * faults to the log. One that is not there is not waited for; `scan` looks again.
 */
export class RunningClimate {
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #bus: BoardWiring["i2c"];
  readonly #log: Log;
  readonly #sources: ClimateSources;
  readonly #finder: SensorFinder<ClimateKind>;
  readonly #wired: FoundSensor | undefined;

  constructor({ host, bus, log, sources, kinds, own, openPulses }: StartClimateOptions) {
    const { clock, timers, board } = host;
    this.#clock = clock;
    this.#timers = timers;
    this.#bus = bus;
    this.#log = log;
    this.#sources = sources;
    this.#finder = new SensorFinder({
      bus: board.i2c,
      clock,
      timers,
      log,
      known: kinds,
      owner: this,
      own,
    });
    this.#finder.start();
    this.#wired = board.pulses && this.openWired(board.pulses, openPulses);
  }

  /** What the last scan of the bus has found; begins another, whose result goes to the log. */
  scan(): string {
    return this.#finder.scan();
  }

  /** The chip at `address` whose driver is open; undefined: there is none. */
  driverAt(address: number): string | undefined {
    return this.#finder.driverAt(address);
  }

  close(): void {
    this.#finder.close();
    this.#wired?.close();
  }

  /** Opens the driver of what the finder has found. */
  openSensor(kind: ClimateKind, address: number): FoundSensor {
    const { part, rank } = kind;
    const sensor = { ...this.#bus, address };
    return this.connect({ part, place: addressText(address), rank }, (common) => {
      return kind.open({ ...common, sensor });
    });
  }

  private openWired(
    sensor: NonNullable<BoardWiring["pulses"]>,
    open: StartClimateOptions["openPulses"],
  ): FoundSensor | undefined {
    const facts = { part: "dht", place: `GPIO ${sensor.pin}`, rank: pulsesRank };
    try {
      return this.connect(facts, (common) => open({ ...common, sensor }));
    } catch (error) {
      this.#log({ level: "error", part: "dht", event: "off", text: messageOf(error) });
      return undefined;
    }
  }

  /** Opens one sensor with what all of them take. */
  private connect(
    { part, place, rank }: SensorFacts,
    open: (common: Omit<ClimateDriverOptions<unknown>, "sensor">) => FoundSensor,
  ): FoundSensor {
    const log = this.#log;
    const sources = this.#sources;
    const found = open({
      timers: this.#timers,
      clock: this.#clock,
      onSample: (sample) => sources.add(source, sample),
      onFault: (fault) => {
        const text = fault ? fault.message : "works again";
        log({ level: fault ? "warn" : "info", part, event: fault ? "fault" : "well", text });
      },
    });
    const source: ClimateSource = { name: `${found.identification.model} at ${place}`, rank };
    return found;
  }
}
