// SPDX-License-Identifier: MIT

import type { AirQualityStation } from "../../air-quality/air-quality-station.ts";
import type { BaselineManager } from "../../air-quality/baseline-manager.ts";
import { frozen } from "../../base/frozen.ts";
import { hexOf } from "../../base/hex.ts";
import type { Command } from "../../console/command.ts";
import { CommandError, UsageError } from "../../console/command-error.ts";
import { checkCount } from "../../console/command-words.ts";
import type { GasMode, RunningGas } from "../start/start-gas.ts";

/** What the command looks at, and what it can have done. */
export interface GasView {
  readonly sensors: {
    readonly gas: Pick<RunningGas, "text" | "details">;
    readonly station: Pick<AirQualityStation, "compensation" | "hold" | "reading" | "calibrateCO2">;
    readonly baseline: Pick<BaselineManager, "record" | "writes" | "save" | "restore" | "forget">;
    /**
     * Has the gas sensor measure in another drive mode, 0–4, until the next start. Returns the ms of
     * rest that come first.
     */
    changeMode(mode: GasMode): number;
  };
}

type Sensors = GasView["sensors"];
type Source = Sensors["station"]["compensation"]["from"];

const minute = 60_000;
/** What the chip takes: percent of relative humidity, and °C (datasheet, ENV_DATA). */
const maxHumidity = 100;
const minTemperature = -25;
const maxTemperature = 100;

const baselineActions = frozen(["show", "save", "restore", "forget"]);

/** The `ccs811` command: what the gas sensor is doing, how it measures, and its stored baseline. */
export const ccs811Command: Command<GasView> = frozen({
  name: "ccs811",
  help: "the gas sensor, its mode, its compensation and its baseline",
  usage: [
    "[status]",
    "mode N",
    "env [HUMIDITY TEMPERATURE | auto]",
    "baseline [show | save | restore | forget]",
  ],
  details: [
    "mode     1 a sample every second, 2 every 10 s, 3 every 60 s, 4 raw values only, 0 rest;",
    "         until the next start, set ccs811.mode keeps it; a slower one after ten minutes of rest",
    "env      the air the sensor is compensated for: percent and °C by hand, until auto or the",
    "         next start",
    "save     stores the present baseline at once, when the sensor is ready",
    "restore  puts the stored baseline back at once, when the sensor has run in",
    "forget   forgets what is stored; for a sensor that was exchanged, or lived in bad air",
  ].join("\n"),
  run: (words, { sensors }) => {
    const [what = "status", ...more] = words;
    switch (what) {
      case "status":
        checkCount(more, 0);
        return [sensors.gas.text, sensors.gas.details, stored(sensors.baseline)].join("\n");
      case "mode":
        checkCount(more, 1);
        return changeMode(sensors, more[0]);
      case "env":
        return environment(sensors.station, more);
      case "baseline":
        checkCount(more, 1);
        return changeBaseline(sensors.baseline, more[0] ?? "show");
      default:
        throw new UsageError(`ccs811 does not know ${JSON.stringify(what)}`);
    }
  },
  complete: (words) => {
    if (words.length === 0) return ["status", "mode", "env", "baseline"];
    if (words.length > 1) return [];
    return words[0] === "baseline" ? baselineActions : words[0] === "env" ? ["auto"] : [];
  },
});

function changeMode(sensors: Sensors, text: string | undefined): string {
  if (text === undefined) throw new UsageError("ccs811 mode needs a drive mode");
  if (!/^[0-4]$/.test(text)) {
    throw new UsageError(`${JSON.stringify(text)} is not a drive mode, 0 to 4`);
  }
  const rest = Math.ceil(sensors.changeMode(Number(text) as GasMode) / minute);
  if (rest > 0) {
    return `mode ${text} in ${rest} min, until the next start: the sensor has to rest before a slower mode`;
  }
  if (text === "0") return "mode 0, until the next start: the sensor rests, without samples";
  const only = text === "4" ? ": raw values only, no co2 and no voc" : "";
  return `mode ${text}, until the next start${only}`;
}

function stored({ record, writes }: Sensors["baseline"]): string {
  const since = `${writes} writes since the start`;
  if (!record?.baseline) return `baseline: none is stored for this mode and firmware; ${since}`;
  const value = hexOf(record.baseline);
  const time = record.time === undefined ? "" : `, saved ${new Date(record.time).toISOString()}`;
  const hours = Math.floor(record.minutes / 60);
  return `baseline: ${value}${time}, after ${hours} h of measuring; ${since}`;
}

function changeBaseline(baseline: Sensors["baseline"], action: string): string {
  switch (action) {
    case "show":
      return stored(baseline);
    case "save":
      if (baseline.save()) return stored(baseline);
      throw new CommandError({
        code: "ccs811/not-settled",
        what: "the baseline cannot be saved now",
        why: "the sensor is not ready, shows no baseline twice the same, or the storage fails",
      });
    case "restore":
      return restored(baseline);
    case "forget":
      baseline.forget();
      return "the stored baselines are forgotten; the next is saved after a day of measuring";
    default:
      throw new UsageError(`ccs811 baseline does not know ${JSON.stringify(action)}`);
  }
}

function restored(baseline: Sensors["baseline"]): string {
  const why = baseline.restore();
  if (why === undefined) return `put back; ${stored(baseline)}`;
  throw new CommandError({
    code: "ccs811/not-restored",
    what: "the stored baseline is not put back",
    why,
  });
}

/** `ccs811 env [HUMIDITY TEMPERATURE | auto]`: what the gas sensor is compensated for. */
function environment(station: Sensors["station"], words: readonly string[]): string {
  const [first, second] = words;
  if (first === "auto") {
    checkCount(words, 1);
    station.hold(undefined);
  } else if (first !== undefined) {
    checkCount(words, 2);
    if (second === undefined) throw new UsageError("ccs811 env needs humidity and temperature");
    const humidityPercent = numberIn(first, "humidity, percent from", [0, maxHumidity]);
    const range = [minTemperature, maxTemperature] as const;
    const temperature = numberIn(second, "temperature, °C from", range);
    station.hold({ humidityPercent, temperature });
  }
  const { humidityPercent, temperature, from } = station.compensation;
  const air = `${humidityPercent.toFixed(1)} % and ${temperature.toFixed(1)} °C`;
  return `compensating for ${air}, ${sourceText(from)}`;
}

function sourceText(source: Source): string {
  switch (source) {
    case "hand":
      return "given by hand until ccs811 env auto or the next start";
    case "humidity":
      return "from the humidity sensor";
    case "pressure":
      return "the temperature from the pressure sensor";
    default:
      return "because no climate sensor speaks";
  }
}

function numberIn(text: string, what: string, [least, most]: readonly [number, number]): number {
  const value = /^-?\d{1,3}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`${JSON.stringify(text)} is not a ${what} ${least} to ${most}`);
}
