// SPDX-License-Identifier: MIT

import type { BaselineKeeper } from "../air-quality/baseline-keeper.ts";
import type { Command } from "../console/command.ts";
import { CommandError } from "../console/commander.ts";

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
  if (action === "save") {
    if (baseline.save()) return baselineText(baseline);
    throw new CommandError({
      code: "ccs811/not-settled",
      what: "the baseline cannot be saved now",
      why: "run-in is not over, or the sensor or the storage does not answer",
    });
  }
  throw new CommandError({
    code: "console/unknown",
    what: `ccs811 baseline does not know ${JSON.stringify(action)}`,
    todo: "known are save and forget",
  });
}

/** `ccs811`, `ccs811 baseline`, `ccs811 baseline save`, `ccs811 baseline forget`. */
export function gasCommand(view: GasView): Command {
  const run = ([what, action]: readonly string[]) => {
    const { baseline } = view;
    if (what === undefined) {
      return [view.gasSensor(), view.gasDetails(), baselineText(baseline)].join("\n");
    }
    if (what === "baseline") {
      return action === undefined ? baselineText(baseline) : changeBaseline(baseline, action);
    }
    throw new CommandError({
      code: "console/unknown",
      what: `ccs811 does not know ${JSON.stringify(what)}`,
      todo: "known is baseline",
    });
  };
  return { name: "ccs811", help: "the gas sensor; baseline [save|forget]", run };
}
