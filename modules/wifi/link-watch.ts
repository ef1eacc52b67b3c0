// SPDX-License-Identifier: MIT

import type { WiFi } from "../ecma-419/wifi.ts";
import type { WiFiEvent, WiFiState } from "./wifi-state.ts";

/** What is seen of the Wi-Fi interface. */
export type LinkView = Pick<WiFi, "connection" | "address" | "SSID" | "reason">;

/** `connection` of an interface (ECMA-419 section 21). */
const connecting = 300;
const joined = 400;
const connected = 500;

/**
 * Compares what the interface says with what we believe, and reports what has happened. The interface
 * is looked at again and again, because no host reports every change; what it says of another
 * network than the one that was asked for is left over from before.
 */
export class LinkWatch {
  readonly #link: LinkView;
  #wasHeard = false;
  /** The interface has begun the present attempt. */
  #isTrying = false;

  constructor(link: LinkView) {
    this.#link = link;
  }

  /** An attempt begins; `wasHeard`: the scan has found the network. */
  begin(wasHeard: boolean): void {
    this.#wasHeard = wasHeard;
    this.#isTrying = false;
  }

  /** What has happened since the last look, if anything. */
  look(state: WiFiState): WiFiEvent | undefined {
    switch (state.kind) {
      case "connecting":
      case "getting-address":
        return this.lookAtAttempt(state);
      case "online":
        return this.lookAtConnection(state.SSID);
      default:
        return undefined;
    }
  }

  private lookAtAttempt({ kind, SSID }: { readonly kind: string; readonly SSID: string }) {
    const { connection, reason } = this.#link;
    if (connection >= connecting) this.#isTrying = true;
    if (connection >= joined && this.#link.SSID === SSID) {
      return this.address() ?? ({ kind: "joined" } as const);
    }
    if (connection >= connecting) return undefined;
    if (kind === "getting-address") return failed(reason ?? "lost");
    // The answer to `connect` may come later than this look.
    if (!this.#isTrying) return undefined;
    // A host that gives no reasons; what the scan has heard is what we know.
    return failed(reason ?? (this.#wasHeard ? "unknown" : "not-found"));
  }

  private lookAtConnection(SSID: string): WiFiEvent {
    const { connection, reason } = this.#link;
    if (connection < joined || this.#link.SSID !== SSID) return failed(reason ?? "lost");
    return this.address() ?? { kind: "address-lost" };
  }

  private address(): WiFiEvent | undefined {
    const { connection, address } = this.#link;
    if (connection < connected || address === undefined) return undefined;
    return { kind: "address", address };
  }
}

function failed(reason: NonNullable<WiFi["reason"]> | "unknown"): WiFiEvent {
  return { kind: "failed", reason };
}
