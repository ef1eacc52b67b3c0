// SPDX-License-Identifier: MIT

import type { Log, LogData, LogLevel } from "../base/log.ts";
import type { WiFiState } from "./wifi-state.ts";
import { reasonTexts, type WiFiReason } from "./wifi-state.ts";

/** What the Wi-Fi manager tells on the console, in one place. */
export class WiFiLog {
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  scanning(): void {
    this.tell("info", "scanning", "scanning for networks");
  }

  connecting(SSID: string): void {
    this.tell("info", "connecting", `connecting to "${SSID}"`, { SSID });
  }

  /** `RSSI` in dBm, where the host tells it. */
  online(SSID: string, RSSI: number | undefined, address: string): void {
    const signal = RSSI === undefined ? "" : ` (${RSSI} dBm)`;
    const text = `connected to "${SSID}"${signal}, address ${address}`;
    this.tell("info", "online", text, { SSID, RSSI, address });
  }

  addressLost(): void {
    this.tell("warn", "offline", "address lost; waiting for another", { reason: "no-address" });
  }

  /** `SSID` where there is a choice; `delay` in ms. */
  waiting(reason: WiFiReason, SSID: string | undefined, delay: number): void {
    const name = SSID === undefined ? "" : `"${SSID}": `;
    const text = `${name}${reasonTexts[reason]}; next try in ${(delay / 1000).toFixed(1)} s`;
    this.tell("warn", "offline", text, { reason });
  }

  roaming(SSID: string): void {
    this.tell("info", "roaming", `leaving for a stronger access point of "${SSID}"`, { SSID });
  }

  resting(state: WiFiState): void {
    if (state.kind === "failed") this.tell("error", "failed", reasonTexts[state.reason]);
    else this.tell("info", "off", "switched off");
  }

  resetting(): void {
    this.tell("warn", "reset", "resetting the radio");
  }

  trouble(text: string): void {
    this.tell("warn", "radio", text);
  }

  private tell(level: LogLevel, event: string, text: string, data?: LogData): void {
    this.#log({ level, part: "wifi", event, text, ...(data && { data }) });
  }
}
