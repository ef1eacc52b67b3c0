// SPDX-License-Identifier: MIT

import config from "mc/config";

/**
 * Settings fixed by the build: the arguments of `mcconfig` of the form `part.name=value`, for example
 * `wifi.ssid=Home`. The SDK's own entries have no dot in their names and are left out.
 */
export function buildSettings(): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  const all: Readonly<Record<string, unknown>> = config;
  for (const name of Object.keys(all)) {
    if (name.includes(".")) settings[name] = all[name];
  }
  return settings;
}
