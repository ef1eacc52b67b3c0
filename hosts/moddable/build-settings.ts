// SPDX-License-Identifier: MIT

import config from "mc/config";

/**
 * Settings fixed by the build: the entry `settings` of the manifest's `config`, such as
 * `{"wifi.ssid": "Home", "sleep": "10"}`. The SDK's own entries are beside it.
 */
export function buildSettings(): Readonly<Record<string, unknown>> {
  return config.settings ?? {};
}
