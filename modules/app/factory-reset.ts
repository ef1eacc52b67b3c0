// SPDX-License-Identifier: MIT

import { messageOf } from "../base/app-error.ts";
import type { KeyValueDomain, KeyValueStorage } from "../ecma-419/key-value.ts";

/** Domains beside the settings: journal and retry counters, reboot record, baselines, peers. */
const domains: readonly string[] = Object.freeze(["mqtt", "wifi", "baseline", "pairing"]);
/** Domain of the settings, and its key that is there from a factory reset to the next start. */
const settingsDomain = "airpair";
const mark = "factory-reset";

/**
 * Deletes what the parts of the board have stored beside the settings, now and once more at the next
 * start: they are at work until then, and may store again. Throws what the storage throws.
 */
export function eraseParts(storage: KeyValueStorage): void {
  const settings = storage.open({ path: settingsDomain, format: "buffer" });
  try {
    settings.write(mark, new Uint8Array([1]));
  } finally {
    settings.close();
  }
  eraseDomains(storage);
}

/**
 * Ends a factory reset at the start, before a part reads what it has stored. Returns what went wrong,
 * for people; the next start tries again then. Never throws.
 */
export function finishFactoryReset(
  storage: KeyValueStorage,
  settings: KeyValueDomain,
): string | undefined {
  try {
    if (settings.read(mark) === undefined) return undefined;
    eraseDomains(storage);
    settings.delete(mark);
    return undefined;
  } catch (error) {
    return `the factory reset is not complete: ${messageOf(error)}`;
  }
}

function eraseDomains(storage: KeyValueStorage): void {
  for (const path of domains) {
    const domain = storage.open({ path, format: "buffer" });
    try {
      for (const key of [...domain]) domain.delete(key);
    } finally {
      domain.close();
    }
  }
}
