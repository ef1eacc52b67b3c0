// SPDX-License-Identifier: MIT

import type { AirQualityStation } from "../../air-quality/air-quality-station.ts";
import type { GasValues } from "../../air-quality/reading.ts";
import { messageOf } from "../../base/app-error.ts";
import { frozen } from "../../base/frozen.ts";
import type { LogLine } from "../../base/log.ts";
import type { Command } from "../../console/command.ts";
import { CommandError, UsageError } from "../../console/command-error.ts";
import { checkCount } from "../../console/command-words.ts";
import type { RunningClimate } from "../start/start-climate.ts";
import type { RunningGas } from "../start/start-gas.ts";

/** What the command looks at and acts on. */
export interface CO2View {
  readonly sensors: {
    readonly station: Pick<AirQualityStation, "reading" | "calibrateCO2">;
    readonly gas: Pick<RunningGas, "text" | "isMet">;
    readonly climate: Pick<RunningClimate, "gasLines">;
  };
  readonly console: { show(line: LogLine): void };
}

/** A larger correction, ppm, is more likely a mistake. */
const usualCorrection = 300;
const force = "force";

/** The `co2` command: what each gas sensor says, and the calibration of the one that measures CO2. */
export const co2Command: Command<CO2View> = frozen({
  name: "co2",
  help: "what each gas sensor says, and the calibration of an SCD4x",
  usage: ["[status]", "calibrate PPM [force]"],
  details: [
    "calibrate  tells an SCD4x the CO2 of the air around it, 400 to 2000 ppm, such as 420 outdoors; its",
    "           CO2 must have been steady for three minutes. The sensor keeps it for good.",
    `force      also when it differs by more than ${usualCorrection} ppm from what is measured`,
  ].join("\n"),
  run: (words, view) => {
    const [what = "status", ...more] = words;
    switch (what) {
      case "status":
        checkCount(more, 0);
        return status(view);
      case "calibrate":
        checkCount(more, 2);
        return calibrate(more, view);
      default:
        throw new UsageError(`co2 does not know ${JSON.stringify(what)}`);
    }
  },
  complete: (words) => (words.length === 0 ? ["status", "calibrate"] : []),
});

function status({ sensors: { station, gas, climate } }: CO2View): string {
  const { co2, gas: details, sensors: all = [] } = station.reading;
  const lines = all.map(valuesText);
  const isSilent = (line: string) => !all.some(({ sensor }) => line.startsWith(`${sensor}: `));
  const silent = climate.gasLines().filter(isSilent);
  const hasOthers = lines.length + silent.length > 0;
  if (isSilent("CCS811: ") && (gas.isMet || !hasOthers)) {
    const isOnlyKind = all.length === 0;
    const value = co2 === undefined || !isOnlyKind ? "no value" : `${co2} ppm, an equivalent`;
    // What it is doing says that it warms up, and for how long.
    const marks = (details?.marks ?? []).filter((mark) => mark !== "warming");
    lines.push(`CCS811: ${[value, ...marks, gas.text].join(", ")}`);
  }
  if (!hasOthers) lines.push("there is no sensor that measures CO2");
  return [...lines, ...silent].join("\n");
}

/** What a gas sensor says, in one line for people. */
export function valuesText({ sensor, co2, voc, AQI, marks }: GasValues): string {
  const parts = [
    co2 === undefined ? "no co2" : `${co2} ppm`,
    ...(voc === undefined ? [] : [`${voc} ppb`]),
    ...(AQI === undefined ? [] : [`air quality ${AQI} of 5`]),
    ...marks,
  ];
  return `${sensor}: ${parts.join(", ")}`;
}

function calibrate([text = "", last]: readonly string[], { sensors, console }: CO2View): string {
  const CO2 = /^\d{3,4}$/.test(text) ? Number(text) : Number.NaN;
  if (!(CO2 >= 400 && CO2 <= 2_000)) {
    throw new UsageError(`co2 calibrate needs the CO2 of the air, 400 to 2000 ppm`);
  }
  if (last !== undefined && last !== force)
    throw new UsageError(`${JSON.stringify(last)} is not force`);
  const { station } = sensors;
  const measured = station.reading.sensors?.[0]?.co2;
  if (measured !== undefined && Math.abs(measured - CO2) > usualCorrection && last !== force) {
    throw new CommandError({
      code: "co2/large-correction",
      what: "the sensor is not calibrated",
      why: `it measures ${measured} ppm, far from ${CO2}`,
      todo: "if that is right all the same, say force behind it",
    });
  }
  const isBegun = station.calibrateCO2(CO2, (result) => {
    console.show(resultLine(CO2, result));
  });
  if (isBegun) return `calibrating to ${CO2} ppm; the result is shown in some seconds`;
  throw new CommandError({
    code: "co2/no-sensor",
    what: "no sensor that measures CO2 speaks",
    todo: "co2 shows each gas sensor, i2c scan what there is",
  });
}

function resultLine(CO2: number, result: number | Error): LogLine {
  const part = "co2";
  if (typeof result !== "number") {
    return { level: "warn", part, event: "not-calibrated", text: messageOf(result) };
  }
  const by = `${result > 0 ? "+" : ""}${result} ppm`;
  return { level: "info", part, event: "calibrated", text: `calibrated to ${CO2} ppm: ${by}` };
}
