// SPDX-License-Identifier: MIT

import type { AirQualityStation } from "../../air-quality/air-quality-station.ts";
import type { BaselineManager } from "../../air-quality/baseline-manager.ts";
import { frozen } from "../../base/frozen.ts";
import { hexOf } from "../../base/hex.ts";
import type { Command } from "../../console/command.ts";
import { CommandError, UsageError } from "../../console/command-error.ts";
import { checkCount } from "../../console/command-words.ts";
import { gasEnvironment } from "./gas-environment.ts";

/** What the command looks at, and what it can have done. */
export interface GasView {
  /** What the gas sensor is doing, one line. */
  gasSensor(): string;
  /** Its versions and counters, some lines. */
  gasDetails(): string;
  /**
   * Has it measure in another drive mode, 0–4, until the next start. Returns the ms of rest that come
   * first.
   */
  changeGasMode(mode: number): number;
  readonly station: Pick<AirQualityStation, "compensation" | "hold">;
  readonly baseline: Pick<BaselineManager, "record" | "writes" | "save" | "restore" | "forget">;
}

const minute = 60_000;
const baselineActions = frozen(["show", "save", "restore", "forget"]);

/** The `ccs811` command: what the gas sensor is doing, how it measures, and its stored baseline. */
export const gasCommand: Command<GasView> = frozen({
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
    "save     stores the present baseline at once, when the sensor has run in",
    "restore  puts the stored baseline back at once, when the sensor has run in",
    "forget   forgets what is stored; for a sensor that was exchanged, or lived in bad air",
  ].join("\n"),
  run: (words, view) => {
    const [what = "status", ...more] = words;
    switch (what) {
      case "status":
        checkCount(more, 0);
        return [view.gasSensor(), view.gasDetails(), stored(view.baseline)].join("\n");
      case "mode":
        checkCount(more, 1);
        return changeMode(view, more[0]);
      case "env":
        return gasEnvironment(view.station, more);
      case "baseline":
        checkCount(more, 1);
        return changeBaseline(view.baseline, more[0] ?? "show");
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

function changeMode(view: GasView, text: string | undefined): string {
  if (text === undefined) throw new UsageError("ccs811 mode needs a drive mode");
  if (!/^[0-4]$/.test(text)) {
    throw new UsageError(`${JSON.stringify(text)} is not a drive mode, 0 to 4`);
  }
  const rest = Math.ceil(view.changeGasMode(Number(text)) / minute);
  if (rest > 0) {
    return `mode ${text} in ${rest} min, until the next start: the sensor has to rest before a slower mode`;
  }
  if (text === "0") return "mode 0, until the next start: the sensor rests, without samples";
  const only = text === "4" ? ": raw values only, no co2 and no voc" : "";
  return `mode ${text}, until the next start${only}`;
}

function stored({ record, writes }: GasView["baseline"]): string {
  const since = `${writes} writes since the start`;
  if (!record?.baseline) return `baseline: none is stored for this mode and firmware; ${since}`;
  const value = hexOf(record.baseline);
  const time = record.time === undefined ? "" : `, saved ${new Date(record.time).toISOString()}`;
  const hours = Math.floor(record.minutes / 60);
  return `baseline: ${value}${time}, after ${hours} h of measuring; ${since}`;
}

function changeBaseline(baseline: GasView["baseline"], action: string): string {
  switch (action) {
    case "show":
      return stored(baseline);
    case "save":
      if (baseline.save()) return stored(baseline);
      throw new CommandError({
        code: "ccs811/not-settled",
        what: "the baseline cannot be saved now",
        why: "run-in is not over, or the sensor or the storage does not answer",
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

function restored(baseline: GasView["baseline"]): string {
  const why = baseline.restore();
  if (why === undefined) return `put back; ${stored(baseline)}`;
  throw new CommandError({
    code: "ccs811/not-restored",
    what: "the stored baseline is not put back",
    why,
  });
}
