// SPDX-License-Identifier: MIT

import { messageOf } from "../base/app-error.ts";
import type {
  WiFi,
  WiFiConfigureOptions,
  WiFiConnectOptions,
  WiFiConstructor,
  WiFiScanOptions,
} from "../ecma-419/wifi.ts";

export interface RadioOptions {
  readonly io: WiFiConstructor;
  /** Given to the interface each time it is opened. */
  readonly configuration: WiFiConfigureOptions;
  readonly owner: RadioOwner;
}

/** Who uses the radio. */
export interface RadioOwner {
  /** A property has changed; an interface that has been closed is not listened to. */
  radioChanged(): void;
  /** The interface threw. */
  radioFailed(text: string): void;
}

/** `connection` of an interface that does nothing (ECMA-419 section 21). */
export const idle = 200;

/** The Wi-Fi interface, which can be closed and opened again; its exceptions end here. */
export class Radio {
  readonly #io: WiFiConstructor;
  readonly #configuration: WiFiConfigureOptions;
  readonly #owner: RadioOwner;
  #wifi: WiFi | undefined;
  #opened = 0;

  constructor(options: RadioOptions) {
    this.#io = options.io;
    this.#configuration = options.configuration;
    this.#owner = options.owner;
  }

  /** False when the interface cannot be opened. */
  open(): boolean {
    if (this.#wifi) return true;
    const number = ++this.#opened;
    const isOpen = this.attempt(() => {
      this.#wifi = new this.#io({
        onChanged: () => {
          if (number === this.#opened) this.#owner.radioChanged();
        },
      });
    });
    if (isOpen) this.attempt(() => this.#wifi?.configure(this.#configuration));
    return isOpen;
  }

  /** Leaves the network too. */
  close(): void {
    if (this.connection !== idle) this.disconnect();
    const wifi = this.#wifi;
    this.#wifi = undefined;
    this.#opened++;
    this.attempt(() => wifi?.close());
  }

  /** Throws what the interface throws. */
  scan(options: WiFiScanOptions): void {
    this.#wifi?.scan(options);
  }

  /** False when the interface will not, or does not let go of the old connection. */
  connect(options: WiFiConnectOptions): boolean {
    // It could not tell about the new one.
    if (this.connection !== idle) return false;
    return this.attempt(() => this.#wifi?.connect(options));
  }

  disconnect(): void {
    this.attempt(() => this.#wifi?.disconnect());
  }

  get connection(): number {
    return this.#wifi?.connection ?? idle;
  }

  /** IPv4 only: without one the SDK tells the link-local IPv6 address, which leads nowhere. */
  get address(): string | undefined {
    const address = this.#wifi?.address;
    return address?.includes(":") ? undefined : address;
  }

  get SSID(): string | undefined {
    return this.#wifi?.SSID;
  }

  get BSSID(): string | undefined {
    return this.#wifi?.BSSID;
  }

  /** dBm. */
  get RSSI(): number | undefined {
    return this.#wifi?.RSSI;
  }

  get channel(): number | undefined {
    return this.#wifi?.channel;
  }

  /** True when the network that is joined has no protection, and the host tells so. */
  get isOpen(): boolean {
    return this.#wifi?.security === "open";
  }

  get reason(): WiFi["reason"] {
    return this.#wifi?.reason;
  }

  private attempt(action: () => void): boolean {
    try {
      action();
      return true;
    } catch (error) {
      this.#owner.radioFailed(messageOf(error));
      return false;
    }
  }
}
