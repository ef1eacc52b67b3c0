// SPDX-License-Identifier: MIT

import type { WiFiScanResult } from "../ecma-419/wifi.ts";
import type { KnownNetwork } from "../wifi/known-networks.ts";

/** What somebody has entered in the page of the portal. */
export interface PortalEntry {
  /** Name of a network; empty: those that are stored do. */
  readonly SSID: string;
  readonly password: string;
  readonly broker: string;
  readonly user: string;
  readonly brokerPassword: string;
}

/** What is wrong with fields, in words for people. */
export type PortalProblems = Readonly<Partial<Record<keyof PortalEntry, string>>>;

/** Names of the fields; the network has two: a list of those in range, and a line for others. */
export function entryOf(form: ReadonlyMap<string, string>): PortalEntry {
  const field = (name: string) => form.get(name) ?? "";
  return {
    SSID: field("name") || field("network"),
    password: field("password"),
    broker: field("broker").trim(),
    user: field("user"),
    brokerPassword: field("broker-password"),
  };
}

/** What a new page shows: of the broker what is set, but for its password. */
export function emptyEntry(broker: {
  readonly broker: string;
  readonly user: string;
}): PortalEntry {
  return { SSID: "", password: "", brokerPassword: "", ...broker };
}

/**
 * The network that is meant: without a password one that is known keeps the one it has, unless it was heard
 * without protection. Undefined: none is named.
 */
export function networkOf(
  { SSID, password }: PortalEntry,
  known: readonly KnownNetwork[],
  found: readonly WiFiScanResult[],
): KnownNetwork | undefined {
  if (SSID === "") return undefined;
  const isOpen = found.some((each) => each.SSID === SSID && each.security === "open");
  const stored = known.find((each) => each.SSID === SSID);
  return { SSID, password: password !== "" || isOpen ? password : (stored?.password ?? "") };
}
