// SPDX-License-Identifier: MIT

import type { Log, LogData, LogLevel } from "../base/log.ts";
import type { WiFiState } from "./wifi-state.ts";
import { reasonTexts, type WiFiReason } from "./wifi-state.ts";

/** What the Wi-Fi manager logs, in one place. */
export class WiFiLog {
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  scanning(): void {
    this.write("info", "scanning", "scanning for networks");
  }

  /** `channel`: where the network was last, when it is tried there. */
  connecting(SSID: string, channel: number | undefined): void {
    const where = channel === undefined ? "" : ` on channel ${channel}, where it was`;
    this.write("info", "connecting", `connecting to "${SSID}"${where}`, { SSID, channel });
  }

  /** `RSSI` in dBm, where the host tells it. */
  online(SSID: string, RSSI: number | undefined, address: string): void {
    const signal = RSSI === undefined ? "" : ` (${RSSI} dBm)`;
    const text = `connected to "${SSID}"${signal}, address ${address}`;
    this.write("info", "online", text, { SSID, RSSI, address });
  }

  addressLost(): void {
    this.write("warn", "offline", "address lost; waiting for another", { reason: "no-address" });
  }

  /** `SSID` where there is a choice; `delay` in ms. */
  waiting(reason: WiFiReason, SSID: string | undefined, delay: number): void {
    const name = SSID === undefined ? "" : `"${SSID}": `;
    const text = `${name}${reasonTexts[reason]}; next try in ${seconds(delay)}`;
    this.write("warn", "offline", text, { reason });
  }

  /** It was not joined where it was last; `delay` in ms. */
  missed(SSID: string, channel: number, delay: number): void {
    const text = `"${SSID}" not joined on channel ${channel}; scanning in ${seconds(delay)}`;
    this.write("info", "missed", text, { SSID, channel });
  }

  roaming(SSID: string): void {
    this.write("info", "roaming", `leaving for a stronger access point of "${SSID}"`, { SSID });
  }

  resting(state: WiFiState): void {
    if (state.kind === "failed") this.write("error", "failed", reasonTexts[state.reason]);
    else this.write("info", "off", "switched off");
  }

  resetting(): void {
    this.write("warn", "reset", "resetting the radio");
  }

  trouble(text: string): void {
    this.write("warn", "radio", text);
  }

  private write(level: LogLevel, event: string, text: string, data?: LogData): void {
    this.#log({ level, part: "wifi", event, text, ...(data && { data }) });
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
