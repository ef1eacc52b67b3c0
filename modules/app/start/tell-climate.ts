// SPDX-License-Identifier: MIT

import type { ClimateRole } from "../../air-quality/air-quality-station.ts";
import type { ClimateSource } from "../../air-quality/climate-sources.ts";
import type { Log } from "../../base/log.ts";

/** Shows which sensor gives the pressure, or temperature and humidity, from now on. */
export function tellSource(log: Log, role: ClimateRole, { name }: ClimateSource): void {
  const text =
    role === "pressure"
      ? `pressure from the ${name}`
      : `temperature and humidity from the ${name}, compensation too`;
  log({ level: "info", part: "climate", event: "source", text, data: { role, source: name } });
}

/** Shows what the gas sensor is compensated with from now on. */
export function tellCompensation(log: Log, source: ClimateSource | undefined): void {
  const text =
    source === undefined
      ? "compensating for 50 % and 25 °C: no climate sensor speaks"
      : `compensating with the ${source.name}`;
  const data = { source: source?.name };
  log({ level: "info", part: "ccs811", event: "compensation", text, data });
}
