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

/** The step at index n leads from format n to format n + 1. */
const migrations: readonly Migration[] = Object.freeze([wholeNames]);

/** Stored values of an older format in the present one. Changes nothing that it is given. */
export function migrate(values: StoredValues, format: number): StoredValues {
  return migrations.slice(format).reduce((old, step) => step(old), values);
}
