// SPDX-License-Identifier: MIT

import type { StoredValues } from "./settings-record.ts";

/** From one format of the stored settings to the next. */
type Migration = (values: StoredValues) => StoredValues;

/** Format 0 kept each value under its own key, which ended after 15 characters. */
function wholeNames(values: StoredValues): StoredValues {
  const renamed = new Map<string, string>();
  for (const [name, value] of values) {
    renamed.set(name === "publish.interva" ? "publish.interval" : name, value);
  }
  return renamed;
}

/** What `mqtt.spread` told in seconds was 60 for 1,000 boards, and no less than 4. */
const boardsPerSpread = 1_000 / 60;
const leastSpread = 4;

/** Format 1 had the longest wait after a lost connection instead of the number of boards. */
function boardsForSpread(values: StoredValues): StoredValues {
  const renamed = new Map(values);
  const spread = Number(values.get("mqtt.spread"));
  if (!renamed.delete("mqtt.spread") || !(spread > leastSpread)) return renamed;
  return renamed.set("mqtt.boards", `${Math.min(10_000, Math.round(spread * boardsPerSpread))}`);
}

/** The step at index n leads from format n to format n + 1. */
const migrations: readonly Migration[] = Object.freeze([wholeNames, boardsForSpread]);

/** Stored values of an older format in the present one. Changes nothing that it is given. */
export function migrate(values: StoredValues, format: number): StoredValues {
  return migrations.slice(format).reduce((old, step) => step(old), values);
}
