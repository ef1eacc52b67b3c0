// SPDX-License-Identifier: MIT

import { versionText } from "../../modules/base/version-word.ts";
import { type CCS811State, minutesLeft } from "./ccs811-state.ts";
import { deviceErrorsOf } from "./encoding/device-errors.ts";
import { type AirRange, defaultHysteresis, type Thresholds } from "./encoding/thresholds.ts";
import type { CCS811Counters } from "./runner/chip-context.ts";

/** What there is to know beside the state. */
export interface StateFacts {
  readonly address: number;
  /** FW_APP_VERSION; undefined until it was read. */
  readonly applicationVersion: number | undefined;
  /** Monotonic ms. */
  readonly ticks: number;
}

/** One line for the console about what the sensor is doing. */
export function stateText(state: CCS811State, facts: StateFacts): string {
  const place = `0x${facts.address.toString(16).toUpperCase()}`;
  const minutes = minutesLeft(state, facts.ticks);
  switch (state.kind) {
    case "absent":
      return `no CCS811 answers at ${place}; check power, wiring and address`;
    case "booting":
      return `CCS811 found at ${place}`;
    case "starting":
      return facts.applicationVersion === undefined
        ? "starting"
        : `starting firmware ${versionText(facts.applicationVersion)}`;
    case "warming":
      return `warming up; readings settle in ${minutes} min`;
    case "run-in":
      return `run-in: readings are live and settle in ${minutes} min`;
    case "ready":
      return "ready: readings are settled";
    case "idle":
      return minutes === undefined ? "idle" : `idle for ${minutes} min before the slower mode`;
    case "fault":
      return `fault: ${state.error.message}`;
  }
}

/** What a driver can say about its chip. */
export interface ChipDetails {
  /** Drive mode that is wanted. */
  readonly mode: number;
  /** Each undefined until it was read. */
  readonly hardwareVersion: number | undefined;
  readonly bootVersion: number | undefined;
  readonly applicationVersion: number | undefined;
  readonly counters: CCS811Counters;
  /** ms for which it had measured when it was found doing so, 0: unknown; undefined: it was not. */
  readonly takenOver: number | undefined;
  /** Undefined without thresholds. */
  readonly air: { readonly range: AirRange; readonly thresholds: Thresholds } | undefined;
  /** Whether nINT tells of samples; undefined: it is not wired. */
  readonly isCalled: boolean | undefined;
}

function optional(name: string, value: number | undefined, text: (value: number) => string) {
  return value === undefined ? `${name} unknown` : `${name} ${text(value)}`;
}

function hex(value: number): string {
  return `0x${value.toString(16).toUpperCase()}`;
}

/** Each error that has ever come, with how often. */
function errorsText(counts: readonly number[]): string {
  const seen = counts.flatMap((count, bit) =>
    count > 0 ? [`${deviceErrorsOf(1 << bit)} ${count}`] : [],
  );
  return seen.length === 0 ? "none" : seen.join(", ");
}

function takenOverText(ms: number): string {
  if (ms === 0) return "found measuring at the start, nobody knows since when";
  const minutes = Math.floor(ms / 60_000);
  return `taken over at the start: it had measured for ${minutes} min, and goes on`;
}

function airText({ range, thresholds }: NonNullable<ChipDetails["air"]>): string {
  const { lowToMedium, mediumToHigh, hysteresis = defaultHysteresis } = thresholds;
  return `co2 ${range}: medium from ${lowToMedium}, high from ${mediumToHigh} ppm, hysteresis ${hysteresis}`;
}

function callsText({ air, isCalled }: ChipDetails): string {
  if (!isCalled) return "nINT does not call: check its wire; the sensor is asked";
  return `nINT calls for ${air ? "another range" : "each sample"}`;
}

/** Lines for the console: mode and versions, samples, trouble, resets, errors of the chip. */
export function detailsText(details: ChipDetails): string {
  const { mode, hardwareVersion, bootVersion, applicationVersion, counters, takenOver } = details;
  const { air, isCalled } = details;
  const { readings, marked, busFaults, stalls, dropouts, starts, deviceErrors } = counters;
  const { softwareResets, pinResets, busClears } = counters;
  return [
    [
      `mode ${mode}`,
      optional("hardware", hardwareVersion, hex),
      optional("boot loader", bootVersion, versionText),
      optional("firmware", applicationVersion, versionText),
    ].join(", "),
    ...(takenOver === undefined ? [] : [takenOverText(takenOver)]),
    ...(air ? [airText(air)] : []),
    ...(isCalled === undefined ? [] : [callsText(details)]),
    `${readings} samples, ${marked} marked`,
    `${busFaults} bus faults, ${stalls} stalls, ${dropouts} dropouts`,
    `${starts} starts, ${softwareResets} software resets, ${pinResets} pin resets, ${busClears} bus clears`,
    `errors of the sensor: ${errorsText(deviceErrors)}`,
  ].join("\n");
}
