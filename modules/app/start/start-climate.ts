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

export interface FindClimateParts {
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

/** The climate sensors at work. */
export interface FoundClimate extends Pick<SensorFinder, "scan" | "driverAt"> {
  close(): void;
}

/** Of a DHT: better than a sensor that warms itself, less exact than one for humidity alone. */
const pulsesRank = 2;

/**
 * Finds the climate sensors on the board and opens them: their samples go to the sources, their
 * faults to the log. One that is not there is not waited for; `scan` looks again.
 */
export function findClimate(parts: FindClimateParts): FoundClimate {
  const { host, log, own, kinds } = parts;
  const { clock, timers, board } = host;
  const bus = board.i2c;
  const known = kinds.map((kind) => ({
    addresses: kind.addresses,
    open(address: number) {
      const { part, rank } = kind;
      const sensor = { ...parts.bus, address };
      return connect(parts, { part, place: addressText(address), rank }, (common) => {
        return kind.open({ ...common, sensor });
      });
    },
  }));
  const finder = new SensorFinder({ bus, clock, timers, log, known, own });
  finder.start();
  const wired = openWired(parts);
  return {
    scan: () => finder.scan(),
    driverAt: (address) => finder.driverAt(address),
    close() {
      finder.close();
      wired?.close();
    },
  };
}

function openWired(parts: FindClimateParts): FoundSensor | undefined {
  const { host, log, openPulses } = parts;
  const sensor = host.board.pulses;
  if (!sensor) return undefined;
  const facts = { part: "dht", place: `GPIO ${sensor.pin}`, rank: pulsesRank };
  try {
    return connect(parts, facts, (common) => openPulses({ ...common, sensor }));
  } catch (error) {
    log({ level: "error", part: "dht", event: "off", text: messageOf(error) });
    return undefined;
  }
}

/** Opens one sensor with what all of them take. */
function connect(
  { host, log, sources }: FindClimateParts,
  facts: { readonly part: string; readonly place: string; readonly rank: number },
  open: (common: Omit<ClimateDriverOptions<unknown>, "sensor">) => FoundSensor,
): FoundSensor {
  const { part, place, rank } = facts;
  const found = open({
    timers: host.timers,
    clock: host.clock,
    onSample: (sample) => sources.add(source, sample),
    onFault: (fault) => {
      const text = fault ? fault.message : "works again";
      log({ level: fault ? "warn" : "info", part, event: fault ? "fault" : "well", text });
    },
  });
  const source: ClimateSource = { name: `${found.identification.model} at ${place}`, rank };
  return found;
}
