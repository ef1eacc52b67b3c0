// SPDX-License-Identifier: MIT

import { operations, type WiFiStatus } from "../../protocol.ts";
import type { SimClock, SimTimer } from "../engine/sim-clock.ts";

/** The virtual Wi-Fi interface, as far as the bridge needs it. */
export interface BridgedWiFi {
  scan(options: { onFound: (result: unknown) => void; onComplete: () => void }): void;
  connect(options: { SSID: string; password?: string; channel?: number; BSSID?: string }): void;
  disconnect(): void;
  configure(options: object): void;
  close(): void;
  readonly connection: number;
  readonly address: string | undefined;
  readonly MAC: string | undefined;
  readonly SSID: string | undefined;
  readonly RSSI: number | undefined;
  readonly channel?: number | undefined;
  readonly BSSID?: string | undefined;
  readonly security?: string | undefined;
  readonly reason?: string | undefined;
}

export interface WiFiBridgeOptions {
  /** Makes the interface; `onChanged` is called when a property has changed. */
  readonly open: (onChanged: () => void) => BridgedWiFi;
  readonly clock: SimClock;
  /** Sends a frame to the firmware's Wi-Fi class. */
  readonly send: (operation: number, payload?: Uint8Array) => void;
}

/** How often a wandering signal strength is told, simulated ms. */
const statusInterval = 1_000;

/** One board's radio, among virtual access points. */
export class WiFiBridge {
  readonly #options: WiFiBridgeOptions;
  #wifi: BridgedWiFi;
  #timer: SimTimer | undefined;
  #told = "";
  #signal: number | undefined;

  constructor(options: WiFiBridgeOptions) {
    this.#options = options;
    this.#wifi = options.open(() => this.tell());
    this.repeat();
  }

  /** dBm, as the firmware was told last; undefined: nothing is joined. */
  get signal(): number | undefined {
    return this.#signal;
  }

  onFrame(operation: number, payload: Uint8Array): void {
    const value = JSON.parse(new TextDecoder().decode(payload));
    try {
      this.act(operation, value as never);
    } catch {
      // The radio will not: the firmware sees a scan without results, or an attempt that does not begin.
      if (operation === operations.wifiScan) this.#options.send(operations.wifiScanned);
    }
    this.tell();
  }

  close(): void {
    this.#options.clock.clear(this.#timer);
    this.#wifi.close();
  }

  private act(operation: number, value: never): void {
    const { send, open } = this.#options;
    if (operation === operations.wifiScan) {
      this.#wifi.scan({
        ...(value as object),
        onFound: (result) => send(operations.wifiFound, json(result)),
        onComplete: () => send(operations.wifiScanned),
      });
    } else if (operation === operations.wifiConnect) this.#wifi.connect(value);
    else if (operation === operations.wifiConfigure) this.#wifi.configure(value);
    else if (operation === operations.wifiDisconnect) this.#wifi.disconnect();
    else if (operation === operations.wifiOpen) {
      // As on a board, where nothing is left of an interface that has been closed.
      this.#wifi.close();
      this.#wifi = open(() => this.tell());
      this.#told = "";
    }
  }

  private repeat(): void {
    this.#timer = this.#options.clock.set(() => {
      this.tell();
      this.repeat();
    }, statusInterval);
  }

  private tell(): void {
    const {
      connection,
      address,
      MAC = "",
      SSID,
      RSSI,
      channel,
      BSSID,
      security,
      reason,
    } = this.#wifi;
    const known = { connection, address, MAC, SSID, RSSI, channel, BSSID, security, reason };
    const text = JSON.stringify(known satisfies Partial<Record<keyof WiFiStatus, unknown>>);
    if (text === this.#told) return;
    this.#told = text;
    this.#signal = RSSI;
    this.#options.send(operations.wifiStatus, new TextEncoder().encode(text));
  }
}

function json(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
