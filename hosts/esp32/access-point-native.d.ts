// SPDX-License-Identifier: MIT

/** Opens it beside the station. Throws an Error with the number of ESP-IDF. */
export function openAccessPoint(SSID: string, password?: string): void;

/** Closes it, and sends everybody away. */
export function closeAccessPoint(): void;

/** IPv4 address of the board in its own network; undefined: there is none. */
export function accessPointAddress(): string | undefined;
