// SPDX-License-Identifier: MIT

import NativeWiFi from "embedded:network/interface/wifi";
import Timer from "timer";
import type {
  WiFi,
  WiFiConfigureOptions,
  WiFiConnectOptions,
  WiFiOptions,
  WiFiScanOptions,
  WiFiScanResult,
} from "../../modules/ecma-419/wifi.ts";
import type { Faults } from "../moddable/faults.ts";
import type { NameServers } from "./name-servers.ts";
import { connectDirectly } from "./wifi-direct.js";

/** The SDK's Wi-Fi as its C code is; the published declarations are narrower. */
type Radio = Omit<WiFi, "reason">;

/** The SDK's words for the protection of a network, and the usual ones. */
const securityNames: Readonly<Record<string, string>> = Object.freeze({
  none: "open",
  wep: "WEP",
  wpa_psk: "WPA",
  wpa2_psk: "WPA2",
  wpa_wpa2_psk: "WPA/WPA2",
  wpa2_enterprise: "WPA2 Enterprise",
  wpa3_psk: "WPA3",
  wpa2_wpa3_psk: "WPA2/WPA3",
});

/** What the Wi-Fi of a board works with. */
export interface WiFiParts {
  /** Where exceptions of callbacks go. */
  readonly faults: Faults;
  readonly nameServers: Pick<NameServers, "fixed">;
}

/**
 * Wi-Fi of the SDK. It does not tell why a connection ended, so `reason` is undefined. The name
 * servers of a static address are kept for the board's own lookup of names.
 */
export class ESP32WiFi implements WiFi {
  readonly #faults: Faults;
  readonly #nameServers: WiFiParts["nameServers"];
  #wifi: Radio | undefined;
  #isCalling = false;
  /** An attempt to join one access point has neither joined it nor been ended. */
  #isDirect = false;

  constructor(options: WiFiOptions, parts: WiFiParts) {
    this.#faults = parts.faults;
    this.#nameServers = parts.nameServers;
    const { onChanged } = options;
    const wifi = new NativeWiFi({
      onChanged: (property) => this.call(() => onChanged?.(property)),
    });
    this.#wifi = wifi as unknown as Radio;
  }

  scan(options: WiFiScanOptions): void {
    const { channel, onFound, onComplete } = options;
    this.#wifi?.scan({
      ...(channel === undefined ? {} : { channel }),
      onFound: (result) => this.call(() => onFound?.(withSecurityName(result))),
      onComplete: () => this.call(() => onComplete?.()),
    });
  }

  connect(options: WiFiConnectOptions): void {
    const { SSID, password = "", channel, BSSID } = options;
    if (channel === undefined || BSSID === undefined) {
      this.#wifi?.connect(options);
      return;
    }
    connectDirectly(SSID, password, channel, BSSID);
    this.#isDirect = true;
  }

  disconnect(): void {
    this.#isDirect = false;
    this.#wifi?.disconnect();
  }

  configure(options: WiFiConfigureOptions): void {
    this.#nameServers.fixed = (options.static || undefined)?.dns ?? [];
    this.#wifi?.configure(options);
  }

  close(): void {
    const wifi = this.#wifi;
    this.#wifi = undefined;
    // Not from inside its own callback: the SDK goes on with the rest of a scan.
    if (this.#isCalling) Timer.set(() => wifi?.close());
    else wifi?.close();
  }

  get connection(): number {
    const connection = this.#wifi?.connection ?? 200;
    if (connection !== 200) this.#isDirect = false;
    // The SDK does not know of an attempt that it has not begun, nor tells that it has failed: who waits has a limit.
    return this.#isDirect ? 300 : connection;
  }

  get address(): string | undefined {
    return this.#wifi?.address;
  }

  get MAC(): string | undefined {
    return this.#wifi?.MAC;
  }

  get SSID(): string | undefined {
    return this.#wifi?.SSID;
  }

  get RSSI(): number | undefined {
    return this.#wifi?.RSSI;
  }

  get BSSID(): string | undefined {
    return this.#wifi?.BSSID;
  }

  get channel(): number | undefined {
    return this.#wifi?.channel;
  }

  private call(action: () => void): void {
    if (!this.#wifi) return;
    this.#isCalling = true;
    this.#faults.run("wifi", action);
    this.#isCalling = false;
  }
}

function withSecurityName(result: WiFiScanResult): WiFiScanResult {
  const { security } = result;
  return security === undefined
    ? result
    : { ...result, security: securityNames[security] ?? security };
}
