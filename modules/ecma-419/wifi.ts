// SPDX-License-Identifier: MIT

/** One network found by a scan. */
export interface WiFiScanResult {
  readonly SSID: string;
  /** dBm, about -100 to -20. */
  readonly RSSI: number;
  readonly channel: number;
  readonly BSSID?: string;
  /** Only where the host tells it, for example "open" or "WPA2". An addition. */
  readonly security?: string;
}

export interface WiFiScanOptions {
  readonly channel?: number;
  readonly onFound?: (result: WiFiScanResult) => void;
  readonly onComplete?: () => void;
}

export interface WiFiConnectOptions {
  readonly SSID: string;
  /** With one, a radio should not join a network without protection; ESP-IDF does not. */
  readonly password?: string;
  /** 1–13, where the network is expected; a radio may look nowhere else. */
  readonly channel?: number;
  /** The only access point that is wanted, with its channel; a radio may take any. An addition. */
  readonly BSSID?: string;
}

/** A fixed address instead of DHCP; `dns` is an addition. */
export interface WiFiStaticAddress {
  readonly address: string;
  readonly mask: string;
  readonly gateway: string;
  readonly dns?: readonly string[];
}

export interface WiFiConfigureOptions {
  readonly hostname?: string;
  /** `false` returns to DHCP. */
  readonly static?: WiFiStaticAddress | false;
}

export interface WiFiOptions {
  /** Called after a property has changed; read the property for its new value. */
  readonly onChanged?: (property: "connection" | "address") => void;
}

/**
 * ECMA-419 Wi-Fi network interface (section 21). `connection`: 200 off or idle, 300 connecting,
 * 400 connected to the access point, 500 connected and with an address.
 */
export interface WiFi {
  scan(options: WiFiScanOptions): void;
  connect(options: WiFiConnectOptions): void;
  disconnect(): void;
  configure(options: WiFiConfigureOptions): void;
  close(): void;
  readonly connection: number;
  readonly address: string | undefined;
  readonly MAC: string | undefined;
  readonly SSID: string | undefined;
  readonly RSSI: number | undefined;
  readonly channel?: number | undefined;
  /** Of the access point, where the host tells it. An addition. */
  readonly BSSID?: string | undefined;
  /** Protection of the network that is joined, where the host tells it; as in a scan. An addition. */
  readonly security?: string | undefined;
  /** Why the last attempt or connection ended, where the host can tell. An addition. */
  readonly reason?: "password" | "not-found" | "no-address" | "lost" | "radio" | undefined;
}

export type WiFiConstructor = new (options: WiFiOptions) => WiFi;
