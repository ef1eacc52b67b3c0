// SPDX-License-Identifier: MIT

import { type CCS811State, minutesLeft } from "./ccs811-state.ts";
import { versionText } from "./firmware-version.ts";

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
