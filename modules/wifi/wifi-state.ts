// SPDX-License-Identifier: MIT

import type { WiFi } from "../ecma-419/wifi.ts";

/** Why the board is not online; "unknown" where the host cannot tell. */
export type WiFiReason = NonNullable<WiFi["reason"]> | "unknown";

/** What the Wi-Fi manager is doing. */
export type WiFiState =
  | { readonly kind: "off" }
  | { readonly kind: "scanning" }
  | { readonly kind: "connecting" }
  | { readonly kind: "online"; readonly address: string }
  | { readonly kind: "waiting"; readonly reason: WiFiReason };

export type WiFiEvent =
  | { readonly kind: "start" }
  | { readonly kind: "scanned" }
  | { readonly kind: "address"; readonly address: string }
  | { readonly kind: "failed"; readonly reason: WiFiReason };

/** The state after an event; the same object when the event changes nothing. */
export function nextWiFiState(state: WiFiState, event: WiFiEvent): WiFiState {
  switch (event.kind) {
    case "start":
      return state.kind === "off" || state.kind === "waiting" ? { kind: "scanning" } : state;
    case "scanned":
      return state.kind === "scanning" ? { kind: "connecting" } : state;
    case "address":
      if (state.kind === "connecting") return { kind: "online", address: event.address };
      if (state.kind !== "online" || state.address === event.address) return state;
      return { kind: "online", address: event.address };
    case "failed":
      if (state.kind !== "connecting" && state.kind !== "online") return state;
      return { kind: "waiting", reason: event.reason };
  }
}
