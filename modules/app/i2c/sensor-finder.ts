// SPDX-License-Identifier: MIT

import { messageOf } from "../../base/app-error.ts";
import type { Clock, Timer, Timers } from "../../base/clock.ts";
import type { BoardWiring } from "../../base/host.ts";
import type { Log, LogLevel } from "../../base/log.ts";
import {
  addressText,
  deviceAnswers,
  firstAddress,
  lastAddress,
  longestProbe,
} from "./i2c-probe.ts";

/** A driver at work. */
export interface FoundSensor {
  /** Which chip it has turned out to be. */
  readonly identification: { readonly model: string | undefined };
  close(): void;
}

/** A kind of sensor that the firmware has a driver for. */
export interface KnownSensor {
  /** 7 bits each. */
  readonly addresses: readonly number[];
}

/** Opens the drivers of what is found. */
export interface SensorFinderOwner<Kind extends KnownSensor> {
  /** Throws when another chip answers at `address`. */
  openSensor(kind: Kind, address: number): FoundSensor;
}

/** A device whose driver is open already. */
export interface OwnDevice {
  readonly name: string;
  readonly address: number;
  /** Its driver has seen it. */
  isThere(): boolean;
}

export interface SensorFinderOptions<Kind extends KnownSensor> {
  readonly bus: BoardWiring["i2c"];
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** Tried in this order where several may be at one address. */
  readonly known: readonly Kind[];
  readonly owner: SensorFinderOwner<Kind>;
  /** Left alone, and shown while it is there. */
  readonly own: OwnDevice;
}

interface Found {
  readonly address: number;
  readonly name: string;
  readonly sensor?: FoundSensor;
}

/** ms after the start: the slowest chip needs 20 after power-on, its driver some more. */
const firstScan = 200;
/** ms until the next scan of such a bus. */
const retry = 30_000;

/**
 * Finds out what is on the I2C bus and opens the drivers of what it knows. One address is probed in
 * a turn of the loop, by an empty write, which no device takes for anything; an address whose driver
 * is open is left alone. Opening a driver takes what its constructor does, one or two transactions.
 */
export class SensorFinder<Kind extends KnownSensor = KnownSensor> {
  readonly #bus: BoardWiring["i2c"];
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #log: Log;
  readonly #known: readonly Kind[];
  readonly #owner: SensorFinderOwner<Kind>;
  readonly #own: OwnDevice;
  readonly #open = new Map<number, Found>();
  readonly #turn = () => this.proceed();
  /** What the scan has found so far that has no driver. */
  #others: Found[] = [];
  #address = firstAddress;
  #timer: Timer | undefined;
  #isScanning = false;
  #text = "the bus has not been scanned yet";

  constructor(options: SensorFinderOptions<Kind>) {
    this.#bus = options.bus;
    this.#clock = options.clock;
    this.#timers = options.timers;
    this.#log = options.log;
    this.#known = options.known;
    this.#owner = options.owner;
    this.#own = options.own;
  }

  /** Scans for the first time, in a moment. */
  start(): void {
    this.begin(firstScan);
  }

  /** What the last scan has found; begins another, whose result goes to the log. */
  scan(): string {
    if (!this.#isScanning) this.begin(0);
    return `${this.#text}\nscanning; the result is shown on the console`;
  }

  /** The chip at `address` whose driver is open; undefined: there is none. */
  driverAt(address: number): string | undefined {
    const own = this.#own;
    if (address === own.address && own.isThere()) return own.name;
    return this.#open.get(address)?.name;
  }

  /** Closes all drivers. */
  close(): void {
    this.#timers.clear(this.#timer);
    this.#timer = undefined;
    for (const { sensor } of this.#open.values()) sensor?.close();
    this.#open.clear();
  }

  private begin(delay: number): void {
    const timers = this.#timers;
    timers.clear(this.#timer);
    this.#others = [];
    this.#address = firstAddress;
    this.#isScanning = delay < retry;
    this.#timer = timers.set(this.#turn, delay);
  }

  private proceed(): void {
    const [timers, clock, own] = [this.#timers, this.#clock, this.#own];
    this.#isScanning = true;
    while (this.#open.has(this.#address) || this.#address === own.address) this.#address++;
    const address = this.#address++;
    if (address > lastAddress) {
      this.finish();
      return;
    }
    const before = clock.ticks();
    const isThere = deviceAnswers(this.#bus, address);
    if (clock.ticks() - before > longestProbe) {
      this.giveUp(address);
      return;
    }
    if (isThere) this.identify(address);
    this.#timer = timers.set(this.#turn, 0);
  }

  /** Opens the driver for the device at `address`, the first that takes it. */
  private identify(address: number): void {
    let reason: string | undefined;
    for (const kind of this.#known) {
      if (!kind.addresses.includes(address)) continue;
      try {
        const sensor = this.#owner.openSensor(kind, address);
        this.#open.set(address, { address, name: sensor.identification.model ?? "unknown", sensor });
        return;
      } catch (error) {
        reason ??= messageOf(error);
      }
    }
    this.#others.push({ address, name: "unknown" });
    if (reason !== undefined) this.logLine("warn", "refused", `${addressText(address)}: ${reason}`);
  }

  private finish(): void {
    const own = this.#own;
    this.#isScanning = false;
    this.#timer = undefined;
    const found: Found[] = [...this.#open.values(), ...this.#others];
    if (own.isThere()) found.push(own);
    found.sort((a, b) => a.address - b.address);
    this.#others = [];
    this.#text = found.map(({ address, name }) => `${addressText(address)} ${name}`).join(", ");
    if (found.length === 0) this.#text = "nothing answers";
    this.logLine(found.length === 0 ? "warn" : "info", "scan", `scan: ${this.#text}`);
  }

  private giveUp(address: number): void {
    this.#text = `the bus does not move (at ${addressText(address)}); check SDA and SCL`;
    this.logLine("warn", "stuck", `scan: ${this.#text}`);
    this.begin(retry);
  }

  private logLine(level: LogLevel, event: string, text: string): void {
    this.#log({ level, part: "i2c", event, text });
  }
}
