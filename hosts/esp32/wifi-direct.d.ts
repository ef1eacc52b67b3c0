// SPDX-License-Identifier: MIT

/** Begins to join the access point with this BSSID; `password` "": none. Throws what ESP-IDF refuses. */
export function connectDirectly(
  SSID: string,
  password: string,
  channel: number,
  BSSID: string,
): void;
