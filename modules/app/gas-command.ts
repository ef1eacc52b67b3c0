// SPDX-License-Identifier: MIT

import type { BaselineKeeper } from "../air-quality/baseline-keeper.ts";
import { frozen } from "../base/frozen.ts";
import type { Command } from "../console/command.ts";
import { CommandError, UsageError } from "../console/command-error.ts";
import { checkCount } from "../console/command-words.ts";

/** What the command looks at, and what it can have done. */
export interface GasView {
  /** What the gas sensor is doing, one line. */
  gasSensor(): string;
  /** Its versions and counters, some lines. */
  gasDetails(): string;
  readonly baseline: Pick<BaselineKeeper, "record" | "writes" | "save" | "forget">;
}

function baselineText({ record, writes }: GasView["baseline"]): string {
  const since = `${writes} writes since the start`;
  if (!record?.baseline) return `baseline: none is stored for this mode and firmware; ${since}`;
  const [high = 0, low = 0] = record.baseline;
  const value = ((high << 8) | low).toString(16).padStart(4, "0");
  const time = record.time === undefined ? "" : `, saved ${new Date(record.time).toISOString()}`;
  const hours = Math.floor(record.minutes / 60);
  return `baseline: ${value}${time}, after ${hours} h of measuring; ${since}`;
}

function changeBaseline(baseline: GasView["baseline"], action: string): string {
  if (action === "forget") {
    baseline.forget();
    return "the stored baselines are forgotten; the next is saved after a day of measuring";
  }
  if (action !== "save") {
    throw new UsageError(`ccs811 baseline does not know ${JSON.stringify(action)}`);
  }
  if (baseline.save()) return baselineText(baseline);
  throw new CommandError({
    code: "ccs811/not-settled",
    what: "the baseline cannot be saved now",
    why: "run-in is not over, or the sensor or the storage does not answer",
  });
}

/** The `ccs811` command: what the gas sensor is doing, and its stored baseline. */
export const gasCommand: Command<GasView> = frozen({
  name: "ccs811",
  help: "the gas sensor and its baseline",
  usage: "[status | baseline [show | save | forget]]",
  details: [
    "save    stores the present baseline at once, when the sensor has run in",
    "forget  forgets what is stored; for a sensor that was exchanged, or lived in bad air",
  ].join("\n"),
  run: (words, view) => {
    const [what = "status", action = "show"] = words;
    const { baseline } = view;
    if (what === "status") {
      checkCount(words, 1);
      return [view.gasSensor(), view.gasDetails(), baselineText(baseline)].join("\n");
    }
    if (what !== "baseline") throw new UsageError(`ccs811 does not know ${JSON.stringify(what)}`);
    checkCount(words, 2);
    return action === "show" ? baselineText(baseline) : changeBaseline(baseline, action);
  },
  complete: (words) => {
    if (words.length === 0) return ["status", "baseline"];
    return words.length === 1 && words[0] === "baseline" ? ["show", "save", "forget"] : [];
  },
});
