// SPDX-License-Identifier: MIT

import { messageOf } from "../base/app-error.ts";
import { Backoff } from "../base/backoff.ts";
import type { Clock, Random, Timer, Timers } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { WiFi, WiFiConstructor, WiFiScanResult } from "../ecma-419/wifi.ts";
import { nextWiFiState, type WiFiEvent, type WiFiReason, type WiFiState } from "./wifi-state.ts";

export interface WiFiManagerOptions {
  readonly wifi: { readonly io: WiFiConstructor };
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  readonly SSID: string;
  /** Empty for an open network. */
  readonly password: string;
  /** The board has got an address; called again when it has changed. */
  readonly onOnline?: (address: string) => void;
  /** The network is gone. */
  readonly onOffline?: () => void;
}

/** Longest time, ms, from the request to join until there is an address. */
const joinLimit = 30_000;
/** Longest scan, ms. */
const scanLimit = 10_000;
/** The host does not report every change (a lost address, for one), so look this often, ms. */
const pollInterval = 2_000;
/** Shortest pause before the next try, ms; after a wrong password, which a person must mend. */
const shortestPause = 500;
const passwordPause = 30_000;
/** The pauses start small again only when a connection has held so long, ms. */
const stable = 30_000;
/** Networks kept from one scan. */
const mostNetworks = 16;

/** `connection` of an interface that tries to join (ECMA-419 section 21). */
const connecting = 300;

const reasons: Readonly<Record<WiFiReason, string>> = Object.freeze({
  password: "wrong password; check wifi.password",
  "not-found": "network not found; check wifi.ssid and the distance to the access point",
  "no-address": "no address from the access point (DHCP)",
  lost: "connection lost",
  radio: "radio trouble",
  unknown: "could not join; check wifi.ssid and wifi.password",
});

/**
 * Keeps the board on its Wi-Fi network: scans, joins, watches, and tries again with growing pauses,
 * for ever.
 */
export class WiFiManager {
  readonly #options: WiFiManagerOptions;
  readonly #wifi: WiFi;
  readonly #backoff: Backoff;
  readonly #found = new Map<string, WiFiScanResult>();
  #state: WiFiState = { kind: "off" };
  #timer: Timer | undefined;
  #poll: Timer | undefined;
  #scanNumber = 0;
  #failures = 0;
  #onlineSince = 0;
  /** The interface has begun the present attempt. */
  #isTrying = false;

  constructor(options: WiFiManagerOptions) {
    this.#options = options;
    this.#backoff = new Backoff({ first: 1_000, cap: 60_000, random: options.random });
    this.#wifi = new options.wifi.io({ onChanged: () => this.#look() });
  }

  get state(): WiFiState {
    return this.#state;
  }

  /** dBm of the present connection, where the host tells it. */
  get RSSI(): number | undefined {
    return this.#wifi.RSSI;
  }

  start(): void {
    if (this.#state.kind !== "off") return;
    this.#poll = this.#options.timers.repeat(() => this.#look(), pollInterval);
    this.#go({ kind: "start" });
  }

  close(): void {
    this.#options.timers.clear(this.#timer);
    this.#options.timers.clear(this.#poll);
    this.#state = { kind: "off" };
    this.#wifi.close();
  }

  #go(event: WiFiEvent): void {
    const before = this.#state;
    const state = nextWiFiState(before, event);
    if (state === before) return;
    this.#state = state;
    if (before.kind === "online" && state.kind !== "online") this.#offline();
    this.#options.timers.clear(this.#timer);
    this.#timer = undefined;
    if (state.kind === "scanning") this.#scan();
    else if (state.kind === "connecting") this.#connect();
    else if (state.kind === "online") this.#online(state.address);
    else if (state.kind === "waiting") this.#wait(state.reason);
  }

  #scan(): void {
    this.#found.clear();
    const number = ++this.#scanNumber;
    this.#info("scanning", "scanning for networks");
    this.#timer = this.#options.timers.set(() => this.#go({ kind: "scanned" }), scanLimit);
    this.#attempt(() =>
      this.#wifi.scan({
        onFound: (result) => {
          if (number === this.#scanNumber) this.#note(result);
        },
        onComplete: () => {
          if (number === this.#scanNumber) this.#scanned();
        },
      }),
    );
  }

  #note(result: WiFiScanResult): void {
    const known = this.#found.get(result.SSID);
    if (known ? known.RSSI >= result.RSSI : this.#found.size >= mostNetworks) return;
    this.#found.set(result.SSID, result);
  }

  #scanned(): void {
    if (this.#state.kind !== "scanning") return;
    const networks = [...this.#found.values()].sort((a, b) => b.RSSI - a.RSSI);
    for (const { SSID, RSSI, channel, security } of networks) {
      const protection = security === undefined ? "" : `  ${security}`;
      const text = `  ${SSID.padEnd(24)} ${RSSI} dBm  channel ${channel}${protection}`;
      this.#options.log({
        level: "info",
        part: "wifi",
        event: "found",
        text,
        data: { SSID, RSSI, channel, security },
      });
    }
    // A hidden network does not show up, so joining is tried in any case.
    this.#go({ kind: "scanned" });
  }

  #connect(): void {
    const { SSID, password, timers } = this.#options;
    this.#isTrying = false;
    this.#info("connecting", `connecting to "${SSID}"`);
    this.#timer = timers.set(() => this.#fail("no-address"), joinLimit);
    this.#attempt(() => this.#wifi.connect(password === "" ? { SSID } : { SSID, password }));
  }

  #online(address: string): void {
    this.#onlineSince = this.#options.clock.ticks();
    const { SSID, RSSI } = this.#wifi;
    const signal = RSSI === undefined ? "" : ` (${RSSI} dBm)`;
    this.#options.log({
      level: "info",
      part: "wifi",
      event: "online",
      text: `connected to "${SSID ?? this.#options.SSID}"${signal}, address ${address}`,
      data: { SSID, RSSI, address },
    });
    this.#options.onOnline?.(address);
  }

  #offline(): void {
    if (this.#options.clock.ticks() - this.#onlineSince >= stable) this.#failures = 0;
    this.#options.onOffline?.();
  }

  #wait(reason: WiFiReason): void {
    const pause = reason === "password" ? passwordPause : shortestPause;
    const delay = pause + this.#backoff.delay(this.#failures++);
    this.#options.log({
      level: "warn",
      part: "wifi",
      event: "offline",
      text: `${reasons[reason]}; next try in ${(delay / 1000).toFixed(1)} s`,
      data: { reason },
    });
    this.#attempt(() => this.#wifi.disconnect());
    this.#timer = this.#options.timers.set(() => this.#go({ kind: "start" }), delay);
  }

  /** Compares what the interface says with what we believe; events only make this sooner. */
  #look(): void {
    const { connection, address } = this.#wifi;
    const joined = connection >= 400;
    if (connection >= 500 && address !== undefined) this.#go({ kind: "address", address });
    else if (this.#state.kind === "online") this.#fail(joined ? "no-address" : "lost");
    else if (this.#state.kind === "connecting") this.#lookAtAttempt(connection);
  }

  #lookAtAttempt(connection: number): void {
    if (connection >= connecting) this.#isTrying = true;
    else if (this.#wifi.reason !== undefined) this.#fail(this.#wifi.reason);
    // A host that gives no reasons: the attempt was under way and is no more.
    else if (this.#isTrying) this.#fail("unknown");
  }

  #fail(reason: WiFiReason): void {
    this.#go({ kind: "failed", reason });
  }

  #attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#options.log({ level: "warn", part: "wifi", event: "radio", text: messageOf(error) });
    }
  }

  #info(event: string, text: string): void {
    this.#options.log({ level: "info", part: "wifi", event, text });
  }
}
