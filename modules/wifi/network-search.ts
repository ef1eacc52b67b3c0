// SPDX-License-Identifier: MIT

import { messageOf } from "../base/app-error.ts";
import type { Clock, Timer, Timers } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { WiFiScanOptions, WiFiScanResult } from "../ecma-419/wifi.ts";
import type { KnownNetworks } from "./known-networks.ts";
import {
  logNetwork,
  NetworkScan,
  type NetworkScanOwner,
  networkText,
  type ScanReply,
} from "./network-scan.ts";
import type { Radio } from "./radio.ts";
import { Roaming } from "./roaming.ts";
import { WiFiError } from "./wifi-error.ts";

export interface NetworkSearchOptions {
  readonly radio: Radio;
  readonly known: KnownNetworks;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly owner: NetworkSearchOwner;
}

/** Who looks for a network. */
export interface NetworkSearchOwner {
  /** A search is over; undefined when no network may be tried now. */
  networkChosen(SSID: string | undefined, wasHeard: boolean): void;
  /** What a scan has found has been told, and nobody waits for the radio. */
  searchEnded(): void;
  /** There is a stronger network than the present one. */
  strongerFound(SSID: string): void;
}

/**
 * Finds the network to join, and a stronger one when the signal stays weak. Searches and the scans
 * that a user asks for share one scan of the radio.
 */
export class NetworkSearch implements NetworkScanOwner {
  readonly #radio: Radio;
  readonly #known: KnownNetworks;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #log: Log;
  readonly #owner: NetworkSearchOwner;
  readonly #scan: NetworkScan;
  readonly #roaming = new Roaming();
  #level: "info" | "debug" = "debug";
  /** The network whose imitation was last warned of. */
  #imitated = "";
  /** Whoever has asked what is in range. */
  #reply: ScanReply | undefined;
  /** Names in the table that a person was shown last, a line each; one that has a line end is empty. */
  #shown = "";
  /** Set while what a scan has found is being told. */
  #table: Timer | undefined;
  /** What the scan that goes on is for. */
  #wantsChoice = false;
  #wantsBetter = false;

  constructor(options: NetworkSearchOptions) {
    this.#radio = options.radio;
    this.#known = options.known;
    this.#clock = options.clock;
    this.#timers = options.timers;
    this.#log = options.log;
    this.#owner = options.owner;
    this.#scan = new NetworkScan(this, options.timers);
  }

  /** Looks for the network to join; `isShown`: with a table for the user. */
  choose(isShown: boolean): void {
    this.#wantsChoice = true;
    if (isShown) this.#level = "info";
    if (!this.start()) this.decide([]);
  }

  /** Tells `reply` what is in range, and no more whoever asked before. Throws what the radio throws. */
  show(reply: ScanReply): void {
    this.refuse("another scan was asked for");
    if (this.#table === undefined) this.#scan.start();
    this.#reply = reply;
  }

  /** Name of the network in a line (from 1 on) of the table that was shown last, or "". */
  shownAt(number: number): string {
    return this.#shown.split("\n")[number - 1] ?? "";
  }

  /** The board has got online. */
  joined(): void {
    this.#roaming.joined(this.#clock.ticks());
  }

  /** Takes a measurement of the present signal, dBm, and looks around when it stays weak. */
  measure(RSSI: number): void {
    if (!this.#roaming.measure(RSSI, this.#clock.ticks())) return;
    this.#wantsBetter = this.start();
  }

  /** Ends what goes on without a callback. */
  cancel(): void {
    this.#wantsChoice = false;
    this.#wantsBetter = false;
    this.#scan.cancel();
    this.#timers.clear(this.#table);
    this.#table = undefined;
    this.refuse("it was ended, because Wi-Fi goes on to something else");
  }

  /** Whoever has asked is told no more. */
  private refuse(why: string): void {
    const reply = this.#reply;
    this.#reply = undefined;
    reply?.fail(new WiFiError({ code: "wifi/no-scan", what: "no scan", why }));
  }

  private start(): boolean {
    // What is being told is as good as another scan.
    if (this.#table !== undefined) return true;
    try {
      this.#scan.start();
      return true;
    } catch (error) {
      const text = `no scan: ${messageOf(error)}`;
      this.#log({ level: "warn", part: "wifi", event: "radio", text });
      return false;
    }
  }

  /** For the scan. */
  startScan(options: WiFiScanOptions): void {
    this.#radio.scan(options);
  }

  /** For the scan. */
  isKnown(SSID: string): boolean {
    return this.#known.named(SSID) !== undefined;
  }

  /** For the scan: a network without protection under the name of one that has a password. */
  isImitation({ SSID, RSSI, channel, security }: WiFiScanResult): boolean {
    if (security !== "open" || !this.#known.isProtected(SSID)) return false;
    const text = `"${SSID}" without protection on channel ${channel} (${RSSI} dBm): left alone, because its password is set`;
    this.#reply?.add(text);
    if (SSID !== this.#imitated)
      this.#log({ level: "warn", part: "wifi", event: "imitation", text });
    this.#imitated = SSID;
    return true;
  }

  /** For the scan. */
  scanned(networks: readonly WiFiScanResult[]): void {
    if (this.#reply || this.#level === "info") {
      const names = networks.map(({ SSID }) => (SSID.includes("\n") ? "" : SSID));
      this.#shown = names.join("\n");
    }
    this.logFrom(networks, 0);
  }

  /** Tells one network in each turn of the loop, which sixteen would keep for too long. */
  private logFrom(networks: readonly WiFiScanResult[], index: number): void {
    this.#table = this.#timers.set(() => {
      const network = networks[index];
      if (network === undefined) this.shown(networks);
      else {
        const text = networkText(index + 1, network);
        logNetwork(this.#log, this.#level, network, text);
        this.#reply?.found?.(network);
        this.#reply?.add(text);
        this.logFrom(networks, index + 1);
      }
    }, 0);
  }

  private shown(networks: readonly WiFiScanResult[]): void {
    const reply = this.#reply;
    this.#table = undefined;
    this.#level = "debug";
    this.#reply = undefined;
    if (networks.length === 0) reply?.add("no network is in range");
    reply?.end();
    const wantsBetter = this.#wantsBetter;
    this.#wantsBetter = false;
    if (this.#wantsChoice) this.decide(networks);
    else if (wantsBetter) this.compare(networks);
    else this.#owner.searchEnded();
  }

  /** A hidden network does not show up, so one that was not heard may be the choice too. */
  private decide(networks: readonly WiFiScanResult[]): void {
    this.#wantsChoice = false;
    const SSID = this.#known.choose(networks, this.#clock.ticks())?.SSID;
    this.#owner.networkChosen(
      SSID,
      networks.some((network) => network.SSID === SSID),
    );
  }

  private compare(networks: readonly WiFiScanResult[]): void {
    const { SSID, BSSID } = this.#radio;
    if (SSID === undefined) return;
    const now = this.#clock.ticks();
    const better = this.#roaming.betterOf(networks, { SSID, BSSID }, (network) =>
      this.#known.scoreOf(network, now),
    );
    if (better !== undefined) this.#owner.strongerFound(better);
  }
}
