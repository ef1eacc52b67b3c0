// SPDX-License-Identifier: MIT

import { type Reboots, rebootText } from "./reboot-history.ts";
import type { WiFiState } from "./wifi-state.ts";
import { reasonTexts, type WiFiReason } from "./wifi-state.ts";

/** What the Wi-Fi manager reports of itself; for the console and the status payload. */
export interface WiFiStatus {
  readonly state: WiFiState["kind"];
  readonly SSID?: string | undefined;
  /** dBm. */
  readonly RSSI?: number | undefined;
  readonly channel?: number | undefined;
  readonly address?: string | undefined;
  /** Time since the board got online, ms; only while it is. */
  readonly uptime?: number | undefined;
  /** Times the board got online after the first. */
  readonly reconnects: number;
  /** Failures in a row. */
  readonly failures: number;
  /** Why the board was last offline, or is. */
  readonly lastReason?: WiFiReason | undefined;
  /** Time until the next try, ms; only while waiting. */
  readonly nextTry?: number | undefined;
  /** Resets of the radio since the start. */
  readonly resets: number;
  /** Restarts that Wi-Fi has caused. */
  readonly reboots?: Reboots | undefined;
}

/** What a status is put together from, beside the history. */
export interface WiFiStatusParts {
  readonly state: WiFiState;
  readonly radio: { readonly RSSI: number | undefined; readonly channel: number | undefined };
  readonly plan: Pick<WiFiStatus, "failures" | "resets" | "reboots">;
  /** ms of the monotonic clock, as all times here. */
  readonly now: number;
}

/** What has happened so far. */
export class WiFiHistory {
  onlineSince = 0;
  nextTry = 0;
  lastReason: WiFiReason | undefined;
  #joins = 0;

  joined(now: number): void {
    this.#joins++;
    this.onlineSince = now;
  }

  status({ state, radio, plan, now }: WiFiStatusParts): WiFiStatus {
    const isOnline = state.kind === "online";
    return {
      state: state.kind,
      SSID: "SSID" in state ? state.SSID : undefined,
      RSSI: isOnline ? radio.RSSI : undefined,
      channel: isOnline ? radio.channel : undefined,
      address: isOnline ? state.address : undefined,
      uptime: isOnline ? now - this.onlineSince : undefined,
      reconnects: Math.max(0, this.#joins - 1),
      failures: plan.failures,
      lastReason: this.lastReason,
      nextTry: state.kind === "waiting" ? Math.max(0, this.nextTry - now) : undefined,
      resets: plan.resets,
      reboots: plan.reboots,
    };
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}

/** The status in lines for people. */
export function wifiStatusText(status: WiFiStatus): string {
  const { state, SSID, RSSI, channel, address, uptime, lastReason, nextTry, reboots } = status;
  const lines = [`${state}${SSID === undefined ? "" : ` "${SSID}"`}`];
  if (address !== undefined) lines.push(`address ${address}`);
  if (RSSI !== undefined) lines.push(`signal ${RSSI} dBm${channel ? `, channel ${channel}` : ""}`);
  if (uptime !== undefined) lines.push(`online for ${seconds(uptime)}`);
  if (nextTry !== undefined) lines.push(`next try in ${seconds(nextTry)}`);
  if (lastReason !== undefined) lines.push(`last trouble: ${reasonTexts[lastReason]}`);
  lines.push(
    `reconnects ${status.reconnects}, failures in a row ${status.failures}, radio resets ${status.resets}`,
  );
  if (reboots) lines.push(rebootText(reboots));
  return lines.join("\n");
}
