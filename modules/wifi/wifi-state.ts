// SPDX-License-Identifier: MIT

import type { WiFi } from "../ecma-419/wifi.ts";

/**
 * Why the board is not online. "unknown": the access point was heard and joining it ended, and the
 * host cannot tell why; "silent": joined, and nothing that was asked came back;
 * "unprotected": the network has no protection though a password is set; "roaming": on the way
 * to a stronger network; "unset": no network is known.
 */
export type WiFiReason =
  | NonNullable<WiFi["reason"]>
  | "unknown"
  | "silent"
  | "unprotected"
  | "roaming"
  | "unset";

/** What a user is told: what happened, and what to do. */
export const reasonTexts: Readonly<Record<WiFiReason, string>> = Object.freeze({
  password: "wrong password; check it in the settings",
  "not-found": "network not found; check its name and the distance to the access point",
  "no-address": "no address from the access point (DHCP)",
  lost: "connection lost",
  radio: "radio trouble",
  unknown: "could not join, though the network is there; check its password and the signal",
  silent: "nothing comes back from this network; check its router and its way to the internet",
  unprotected:
    "not joined: it has no protection, though a password is set; it may be an imitation, and wifi add without a password takes it as it is",
  roaming: "leaving for a stronger network",
  unset: "no network is set; wifi add sets one",
});

/** What the Wi-Fi manager is doing. */
export type WiFiState =
  | { readonly kind: "off" }
  | { readonly kind: "scanning" }
  /** `channel`: where the network was last; it is tried there without a scan. */
  | { readonly kind: "connecting"; readonly SSID: string; readonly channel?: number }
  | { readonly kind: "getting-address"; readonly SSID: string }
  | { readonly kind: "online"; readonly SSID: string; readonly address: string }
  /** For the next try; it comes by itself. */
  | { readonly kind: "waiting"; readonly reason: WiFiReason }
  /** Cannot go on until somebody changes something. */
  | { readonly kind: "failed"; readonly reason: WiFiReason };

export type WiFiEvent =
  | { readonly kind: "start" }
  /** Look for a network now, whatever goes on: those that are known have changed. */
  | { readonly kind: "search" }
  /** Join this network: the scan is over, a stronger one has been found, or its `channel` is known. */
  | { readonly kind: "choose"; readonly SSID: string; readonly channel?: number }
  /** The access point has let the board in. */
  | { readonly kind: "joined" }
  | { readonly kind: "address"; readonly address: string }
  /** Still joined, but without an address. */
  | { readonly kind: "address-lost" }
  | { readonly kind: "failed"; readonly reason: WiFiReason }
  | { readonly kind: "give-up"; readonly reason: WiFiReason }
  | { readonly kind: "stop" };

/**
 * The state after an event; the same object when the event changes nothing. An event that does not
 * belong to what is going on is late, and changes nothing.
 */
export function nextWiFiState(state: WiFiState, event: WiFiEvent): WiFiState {
  switch (event.kind) {
    case "start":
      return isResting(state) ? { kind: "scanning" } : state;
    case "search":
      return isAtWork(state) ? { kind: "scanning" } : state;
    case "choose":
      if (state.kind !== "scanning" && state.kind !== "waiting") return state;
      return { ...event, kind: "connecting" };
    case "joined":
      return state.kind === "connecting" ? { kind: "getting-address", SSID: state.SSID } : state;
    case "address":
      return withAddress(state, event.address);
    case "address-lost":
      return state.kind === "online" ? { kind: "getting-address", SSID: state.SSID } : state;
    case "failed":
      return isResting(state) ? state : { kind: "waiting", reason: event.reason };
    case "give-up":
      return { kind: "failed", reason: event.reason };
    case "stop":
      return state.kind === "off" ? state : { kind: "off" };
  }
}

/** Nothing is asked of the radio. */
function isResting(state: WiFiState): boolean {
  return state.kind === "off" || state.kind === "waiting" || state.kind === "failed";
}

/** Neither switched off nor stuck, and not searching already. */
function isAtWork({ kind }: WiFiState): boolean {
  return kind !== "off" && kind !== "failed" && kind !== "scanning";
}

function withAddress(state: WiFiState, address: string): WiFiState {
  switch (state.kind) {
    case "connecting":
    case "getting-address":
      return { kind: "online", SSID: state.SSID, address };
    case "online":
      return state.address === address ? state : { ...state, address };
    default:
      return state;
  }
}

/** Why the radio cannot scan for the user now; undefined when it can. */
export function whyNoScan({ kind }: WiFiState): string | undefined {
  if (kind === "off") return "Wi-Fi is off";
  const isJoining = kind === "connecting" || kind === "getting-address";
  return isJoining ? "the board is joining a network" : undefined;
}
