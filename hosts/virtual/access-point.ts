// SPDX-License-Identifier: MIT

import { smoothNoise } from "./noise.ts";

export interface AccessPointOptions {
  readonly SSID: string;
  /** 8–63 characters; absent: an open network. */
  readonly password?: string;
  /** 1–13. */
  readonly channel: number;
  /** Mean signal at the board, dBm. */
  readonly RSSI: number;
  /** "AA:BB:CC:DD:EE:FF"; default made from the seed. */
  readonly BSSID?: string;
  /** Left out of scans. */
  readonly isHidden?: boolean;
  /** First three octets of the addresses it gives away; default "192.168.4". */
  readonly subnet?: string;
  /** How the signal wanders. Default 1. */
  readonly seed?: number;
}

/** A Wi-Fi interface that has joined. */
export interface Station {
  /** 12 hex digits. */
  readonly MAC: string;
  /** The access point threw it out. */
  onKicked(): void;
  /** The access point can no longer be heard, or again. */
  onBeacons(areHeard: boolean): void;
  /** The address is no longer what it was; DHCP tells nobody. */
  onRenumbered(): void;
}

/** Weakest signal that can be joined or found, dBm. */
export const weakestSignal = -92;

/** One Wi-Fi network in range, with its DHCP server. Its properties are the back door. */
export class AccessPoint {
  readonly SSID: string;
  /** It may move to another one. */
  channel: number;
  readonly BSSID: string;
  readonly isHidden: boolean;
  /** May change while stations are joined; it counts from the next attempt on. */
  password: string | undefined;
  /** False: its DHCP server does not answer. */
  hasDHCP = true;
  readonly #seed: number;
  readonly #stations = new Set<Station>();
  /** Those that have had an address. */
  readonly #leases = new Set<string>();
  #subnet: string;
  #RSSI: number;
  #isUp = true;

  constructor(options: AccessPointOptions) {
    const { seed = 1, subnet = "192.168.4" } = options;
    this.SSID = options.SSID;
    this.password = options.password;
    this.channel = options.channel;
    this.#RSSI = options.RSSI;
    this.BSSID = options.BSSID ?? addressOf(seed);
    this.isHidden = options.isHidden ?? false;
    this.#subnet = subnet;
    this.#seed = seed;
  }

  /** "open" or "WPA2". */
  get security(): string {
    return this.password === undefined ? "open" : "WPA2";
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Switches it off or on; stations notice by themselves after a while. */
  set isUp(up: boolean) {
    if (up === this.#isUp) return;
    this.#isUp = up;
    this.notifyBeacons();
  }

  /** Mean signal at the board, dBm. */
  get RSSI(): number {
    return this.#RSSI;
  }

  set RSSI(dBm: number) {
    this.#RSSI = dBm;
    this.notifyBeacons();
  }

  /** Number of stations that have joined. */
  get stations(): number {
    return this.#stations.size;
  }

  /** Whole dBm at `ms`: it wanders by up to 6 dB around the mean. */
  signalAt(ms: number): number {
    const slow = 4 * smoothNoise(this.#seed, ms / 20_000);
    const fast = 2 * smoothNoise(this.#seed + 1, ms / 1_500);
    return Math.round(this.#RSSI + slow + fast);
  }

  isHeardAt(ms: number): boolean {
    return this.#isUp && this.signalAt(ms) >= weakestSignal;
  }

  join(station: Station): void {
    this.#stations.add(station);
  }

  leave(station: Station): void {
    this.#stations.delete(station);
  }

  /** Throws every station out. */
  kick(): void {
    for (const station of [...this.#stations]) station.onKicked();
  }

  /** The DHCP server's answer: an address, or undefined when it does not answer. */
  lease(MAC: string): string | undefined {
    if (!this.hasDHCP || !this.#isUp) return undefined;
    this.#leases.add(MAC);
    return `${this.#subnet}.${20 + (Number.parseInt(MAC.slice(-2), 16) % 200)}`;
  }

  /** True when this one has had the address that it would get now. */
  hasLeased(MAC: string): boolean {
    return this.#leases.has(MAC);
  }

  /** Gives other addresses from now on; joined stations get theirs without an event. */
  renumber(subnet: string): void {
    this.#subnet = subnet;
    this.#leases.clear();
    for (const station of [...this.#stations]) station.onRenumbered();
  }

  private notifyBeacons(): void {
    const areHeard = this.#isUp && this.#RSSI >= weakestSignal;
    for (const station of [...this.#stations]) station.onBeacons(areHeard);
  }
}

function addressOf(seed: number): string {
  const octet = (n: number) => ((seed * 37 + n * 59) & 0xff).toString(16).padStart(2, "0");
  return ["02", "a1", "c0", octet(1), octet(2), octet(3)].join(":").toUpperCase();
}
