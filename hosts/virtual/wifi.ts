// SPDX-License-Identifier: MIT

import type { AccessPoint, Station } from "./access-point.ts";
import { hash } from "./noise.ts";
import { type VirtualRadio, type VirtualScanOptions, WiFiScan } from "./wifi-scan.ts";

/** The board's radio and its habits; the last three may be changed at any time. */
export interface VirtualWiFiWorld extends VirtualRadio {
  /** 12 hex digits. */
  readonly MAC: string;
  /** Default 1. */
  readonly seed?: number;
  /** ms from a change to its `onChanged`; default 0. */
  eventDelay?: number;
  /** ms after `disconnect` at which the old link's end also ends a new attempt; default never. */
  lateDisconnect?: number;
  /** With a password it joins a network without protection too, unlike that of ESP-IDF. */
  joinsUnprotected?: boolean;
}

/** Fixed address instead of DHCP. */
export interface VirtualStaticAddress {
  readonly address: string;
  readonly mask: string;
  readonly gateway: string;
}

/** What the class made by `createWiFi` takes. */
export interface VirtualWiFiOptions {
  readonly onChanged?: (property: "connection" | "address") => void;
}

export type VirtualWiFiReason = "password" | "not-found" | "lost";

export type VirtualWiFiConstructor = new (options: VirtualWiFiOptions) => VirtualWiFi;

/** One attempt to join. */
export interface VirtualConnectOptions {
  readonly SSID: string;
  readonly password?: string;
  /** The only channel that is listened to; default all, which takes longer. */
  readonly channel?: number;
  /** The only access point that is joined. */
  readonly BSSID?: string;
}

/** ms. */
const associationTime = 600;
const directAssociationTime = 150;
const DHCPTime = 900;
/** Where the address is the one from before: a question and its answer, without a search for others. */
const repeatedDHCPTime = 100;
const DHCPRetry = 4_000;
const staticTime = 50;
const searchTime = 1_800;
const directSearchTime = 200;
const handshakeTimeout = 2_500;
const beaconTimeout = 6_000;

/** Makes the ECMA-419 Wi-Fi network interface class of one simulated board. */
export function createWiFi(world: VirtualWiFiWorld): VirtualWiFiConstructor {
  return class extends VirtualWiFi {
    constructor(options: VirtualWiFiOptions) {
      super(world, options);
    }
  };
}

/**
 * ECMA-419 Wi-Fi network interface (section 21) in a simulated radio: `connection` is 200 idle, 300
 * connecting, 400 joined, 500 with an address. It never tries again by itself. As on the ESP32 an
 * address that changes is not told, and a silent DHCP server is waited for without end.
 */
export class VirtualWiFi {
  readonly #world: VirtualWiFiWorld;
  readonly #onChanged: VirtualWiFiOptions["onChanged"];
  readonly #station: Station;
  readonly #events = new Set<unknown>();
  #scan: WiFiScan | undefined;
  #accessPoint: AccessPoint | undefined;
  #connection = 200;
  #address: string | undefined;
  #static: VirtualStaticAddress | undefined;
  #reason: VirtualWiFiReason | undefined;
  #step: unknown;
  #beacons: unknown;
  #steps = 0;
  #isClosed = false;

  constructor(world: VirtualWiFiWorld, options: VirtualWiFiOptions) {
    this.#world = world;
    this.#onChanged = options.onChanged;
    this.#station = {
      MAC: world.MAC,
      onKicked: () => this.end("lost"),
      onBeacons: (areHeard) => this.noteBeacons(areHeard),
      onRenumbered: () => this.renumber(),
    };
  }

  get connection(): number {
    return this.#connection;
  }

  get address(): string | undefined {
    return this.#address;
  }

  get MAC(): string {
    return this.#world.MAC;
  }

  get SSID(): string | undefined {
    return this.#accessPoint?.SSID;
  }

  get BSSID(): string | undefined {
    return this.#accessPoint?.BSSID;
  }

  get channel(): number | undefined {
    return this.#accessPoint?.channel;
  }

  get security(): string | undefined {
    return this.#accessPoint?.security;
  }

  /** dBm. */
  get RSSI(): number | undefined {
    return this.#accessPoint?.signalAt(this.#world.time.ticks());
  }

  /** Why the last attempt or connection ended; undefined while there is none to tell. */
  get reason(): VirtualWiFiReason | undefined {
    return this.#reason;
  }

  /** Throws while another scan or an attempt to join goes on. */
  scan(options: VirtualScanOptions): void {
    this.check();
    if (this.#scan?.isOver === false) throw new Error("a scan is going on");
    if (this.#connection === 300) throw new Error("an attempt to join is going on");
    this.#scan = new WiFiScan(this.#world, options);
  }

  /** Leaves what it had joined, ends a scan, and begins one attempt. */
  connect(options: VirtualConnectOptions): void {
    const { SSID, channel } = options;
    this.check();
    if (SSID.length < 1 || SSID.length > 32) throw new RangeError("SSID must have 1 to 32 bytes");
    this.#scan?.close();
    this.leave();
    this.#reason = undefined;
    this.set(300);
    const jitter = 100 * hash(this.#world.seed ?? 1, 1_000 + this.#steps++);
    const time = channel === undefined ? associationTime : directAssociationTime;
    this.wait(time + jitter, () => this.associate(options));
  }

  disconnect(): void {
    this.check();
    const { lateDisconnect } = this.#world;
    if (this.#accessPoint && lateDisconnect !== undefined) {
      this.later(lateDisconnect, () => {
        if (this.#connection === 300 || this.#connection === 400) this.set(200);
      });
    }
    this.leave();
    this.#reason = undefined;
    this.set(200);
  }

  configure(options: {
    readonly hostname?: string;
    readonly static?: VirtualStaticAddress | false;
  }): void {
    this.check();
    if (options.static !== undefined) this.#static = options.static || undefined;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#scan?.close();
    this.leave();
    this.#connection = 200;
    for (const timer of this.#events) this.#world.timers.clear(timer);
    this.#events.clear();
  }

  private associate({ SSID, password, channel, BSSID }: VirtualConnectOptions): void {
    const { accessPoints, time: clock, joinsUnprotected = false } = this.#world;
    const isProtected = password !== undefined && !joinsUnprotected;
    const accessPoint = accessPoints.best(SSID, clock.ticks(), {
      channel,
      isProtected,
      BSSID,
    });
    if (!accessPoint) {
      const time = channel === undefined ? searchTime : directSearchTime;
      this.wait(time, () => this.end("not-found"));
    } else if (accessPoint.password !== undefined && accessPoint.password !== password) {
      this.wait(handshakeTimeout, () => this.end("password"));
    } else {
      this.#accessPoint = accessPoint;
      accessPoint.join(this.#station);
      this.set(400);
      const isRepeated = accessPoint.hasLeased(this.#world.MAC);
      const time = isRepeated ? repeatedDHCPTime : DHCPTime;
      this.wait(this.#static ? staticTime : time, () => this.getAddress());
    }
  }

  private getAddress(): void {
    const address = this.#static?.address ?? this.#accessPoint?.lease(this.#world.MAC);
    if (address === undefined) {
      this.wait(DHCPRetry, () => this.getAddress());
    } else {
      this.#address = address;
      this.notify("address");
      this.set(500);
    }
  }

  private noteBeacons(areHeard: boolean): void {
    this.#world.timers.clear(this.#beacons);
    this.#beacons = undefined;
    if (areHeard) return;
    this.#beacons = this.#world.timers.set(() => this.end("lost"), beaconTimeout);
  }

  private renumber(): void {
    if (this.#address === undefined || this.#static) return;
    this.#address = this.#accessPoint?.lease(this.#world.MAC) ?? this.#address;
  }

  private end(reason: VirtualWiFiReason): void {
    this.leave();
    this.#reason = reason;
    this.set(200);
  }

  private leave(): void {
    this.#world.timers.clear(this.#step);
    this.#world.timers.clear(this.#beacons);
    this.#step = undefined;
    this.#beacons = undefined;
    this.#accessPoint?.leave(this.#station);
    this.#accessPoint = undefined;
    this.#address = undefined;
  }

  private wait(ms: number, step: () => void): void {
    this.#step = this.#world.timers.set(step, ms);
  }

  private set(connection: number): void {
    if (connection === this.#connection) return;
    this.#connection = connection;
    this.notify("connection");
  }

  /** A callback never comes from within a call. */
  private notify(property: "connection" | "address"): void {
    if (this.#onChanged) this.later(this.#world.eventDelay ?? 0, () => this.#onChanged?.(property));
  }

  private later(ms: number, action: () => void): void {
    const timer = this.#world.timers.set(() => {
      this.#events.delete(timer);
      action();
    }, ms);
    this.#events.add(timer);
  }

  private check(): void {
    if (this.#isClosed) throw new Error("the Wi-Fi interface is closed");
  }
}
