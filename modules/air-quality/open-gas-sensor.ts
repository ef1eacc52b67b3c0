// SPDX-License-Identifier: MIT

import { CCS811 } from "../../drivers/ccs811/ccs811.ts";
import type { CCS811Options } from "../../drivers/ccs811/ccs811-options.ts";
import type { CCS811State } from "../../drivers/ccs811/ccs811-state.ts";
import { detailsText, stateText } from "../../drivers/ccs811/ccs811-text.ts";
import { type DriveMode, readingPeriod } from "../../drivers/ccs811/encoding/drive-mode.ts";
import type { BoardWiring } from "../base/host.ts";
import type { Log } from "../base/log.ts";

/** Drive mode of the gas sensor, 0–4. */
export type GasMode = DriveMode;

export interface OpenGasSensorOptions
  extends Pick<Required<CCS811Options>, "mode" | "timers" | "clock" | "onReading"> {
  readonly bus: BoardWiring["i2c"];
  readonly address: number;
  /** Pins that are wired beside the bus, if any. */
  readonly digital: BoardWiring["digital"];
  readonly log: Log;
}

/** The gas sensor at work. */
export interface GasSensor {
  readonly sensor: CCS811;
  /** What it is doing, one line. */
  state(): string;
  /** Its versions and counters, some lines. */
  details(): string;
}

/** ms between two readings in a mode. */
export function gasPeriod(mode: GasMode): number {
  return readingPeriod(mode);
}

/** Has the sensor measure in another mode. Returns the ms of rest that come first. */
export function changeGasMode(sensor: CCS811, mode: GasMode): number {
  const rest = sensor.restBefore(mode);
  sensor.configure({ mode });
  return rest;
}

/** Opens the gas sensor; what it goes through is told on the log. */
export function openGasSensor(options: OpenGasSensorOptions): GasSensor {
  const { bus, address, digital, mode, timers, clock, log, onReading } = options;
  const sensor = new CCS811({
    sensor: { ...bus, address },
    ...pin(digital, "reset"),
    ...pin(digital, "wake"),
    mode,
    timers,
    clock,
    onReading,
    onState: (state) => {
      log({
        level: isTrouble(state) ? "warn" : "info",
        part: "ccs811",
        event: state.kind,
        text: textNow(),
      });
    },
    onFault: (fault) => {
      // What has become a state was told as such.
      if (!fault || isTrouble(sensor.state)) return;
      log({ level: "warn", part: "ccs811", event: "trouble", text: fault.message });
    },
  });
  const textNow = () => {
    const { state, applicationVersion } = sensor;
    return stateText(state, { address, applicationVersion, ticks: clock.ticks() });
  };
  return { sensor, state: textNow, details: () => detailsText(sensor) };
}

function isTrouble({ kind }: CCS811State): boolean {
  return kind === "fault" || kind === "absent";
}

function pin(digital: BoardWiring["digital"], name: "reset" | "wake") {
  const number = digital?.[name];
  return digital && number !== undefined && { [name]: { io: digital.io, pin: number } };
}
