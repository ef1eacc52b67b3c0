// SPDX-License-Identifier: MIT

import type {
  WiFi,
  WiFiConfigureOptions,
  WiFiConnectOptions,
  WiFiOptions,
  WiFiScanOptions,
  WiFiScanResult,
} from "../../../modules/ecma-419/wifi.ts";
import { channels, operations, type WiFiStatus } from "../protocol.ts";
import { link } from "./machine-link.ts";

/** The Wi-Fi interface; radio and access points are on the Node side. */
export class SimWiFi implements WiFi {
  readonly #options: WiFiOptions;
  #status: WiFiStatus = { connection: 200, MAC: "" };
  #scan: WiFiScanOptions | undefined;

  constructor(options: WiFiOptions) {
    this.#options = options;
    link.openHandle(channels.wifi, 0, (operation, payload) => {
      this.on(operation, payload.length === 0 ? undefined : JSON.parse(decode(payload)));
    });
    this.say(operations.wifiOpen, {});
  }

  get connection(): number {
    return this.#status.connection;
  }
  get address(): string | undefined {
    return this.#status.address;
  }
  get MAC(): string {
    return this.#status.MAC;
  }
  get SSID(): string | undefined {
    return this.#status.SSID;
  }
  get RSSI(): number | undefined {
    return this.#status.RSSI;
  }
  get channel(): number | undefined {
    return this.#status.channel;
  }
  get BSSID(): string | undefined {
    return this.#status.BSSID;
  }
  get security(): string | undefined {
    return this.#status.security;
  }
  get reason(): WiFi["reason"] {
    return this.#status.reason as WiFi["reason"];
  }

  scan(options: WiFiScanOptions): void {
    this.#scan = options;
    this.say(
      operations.wifiScan,
      options.channel === undefined ? {} : { channel: options.channel },
    );
  }

  connect(options: WiFiConnectOptions): void {
    this.say(operations.wifiConnect, options);
  }

  disconnect(): void {
    this.say(operations.wifiDisconnect, {});
  }

  configure(options: WiFiConfigureOptions): void {
    this.say(operations.wifiConfigure, options);
  }

  close(): void {
    link.close(channels.wifi, 0);
    this.say(operations.wifiDisconnect, {});
  }

  private say(operation: number, value: unknown): void {
    link.send(channels.wifi, operation, 0, new TextEncoder().encode(JSON.stringify(value)));
  }

  private on(operation: number, value: unknown): void {
    if (operation === operations.wifiFound) {
      this.#scan?.onFound?.(value as WiFiScanResult);
    } else if (operation === operations.wifiScanned) {
      const scan = this.#scan;
      this.#scan = undefined;
      scan?.onComplete?.();
    } else if (operation === operations.wifiStatus) {
      const before = this.#status;
      this.#status = value as WiFiStatus;
      if (before.connection !== this.#status.connection) this.#options.onChanged?.("connection");
      if (before.address !== this.#status.address) this.#options.onChanged?.("address");
    }
  }
}

function decode(payload: Uint8Array): string {
  return new TextDecoder().decode(payload);
}
