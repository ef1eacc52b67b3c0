// SPDX-License-Identifier: MIT

import type { Clock, Timer, Timers } from "../../base/clock.ts";
import type { Log, LogLevel } from "../../base/log.ts";
import { addressText, firstAddress, lastAddress, longestProbe } from "./i2c-probe.ts";
import type { SharedBus } from "./shared-bus.ts";

export interface BusScanOptions {
  readonly bus: Pick<SharedBus, "isAnswered">;
  readonly clock: Pick<Clock, "ticks">;
  readonly timers: Timers;
  readonly log: Log;
  /** The chip that has answered as one at an address, to its driver. */
  readonly driverAt: (address: number) => string | undefined;
}

/** ms until the next scan of a bus that does not move. */
const retry = 30_000;

/**
 * Shows what is on the I2C bus. One address is probed in a turn of the loop, by an empty write, which
 * no device takes for anything; a chip whose driver knows it is left alone and named, and nothing
 * else has a name: at an address may be many a chip.
 */
export class BusScan {
  readonly #options: BusScanOptions;
  readonly #turn = () => this.proceed();
  /** "0x76 BME280" of what was found so far. */
  #found: string[] = [];
  #address = firstAddress;
  #timer: Timer | undefined;
  #isScanning = false;
  #text = "the bus has not been scanned yet";

  constructor(options: BusScanOptions) {
    this.#options = options;
  }

  /** Begins, unless a scan goes on; the result goes to the log. Returns that of the last one. */
  start(): string {
    if (!this.#isScanning) this.begin(0);
    return this.#text;
  }

  close(): void {
    this.#options.timers.clear(this.#timer);
    this.#timer = undefined;
  }

  private begin(delay: number): void {
    this.close();
    this.#found = [];
    this.#address = firstAddress;
    this.#isScanning = delay < retry;
    this.#timer = this.#options.timers.set(this.#turn, delay);
  }

  private proceed(): void {
    const { bus, clock, timers, driverAt } = this.#options;
    this.#isScanning = true;
    const address = this.#address++;
    if (address > lastAddress) {
      this.finish();
      return;
    }
    const before = clock.ticks();
    const name = driverAt(address) ?? (bus.isAnswered(address) ? "unknown" : undefined);
    if (clock.ticks() - before > longestProbe) {
      this.giveUp(address);
      return;
    }
    if (name !== undefined) this.#found.push(`${addressText(address)} ${name}`);
    this.#timer = timers.set(this.#turn, 0);
  }

  private finish(): void {
    const found = this.#found;
    this.#found = [];
    this.#isScanning = false;
    this.#timer = undefined;
    this.#text = found.length === 0 ? "nothing answers" : found.join(", ");
    this.report(found.length === 0 ? "warn" : "info", "scan");
  }

  private giveUp(address: number): void {
    this.#text = `the bus does not move (at ${addressText(address)}); check SDA and SCL`;
    this.report("warn", "stuck");
    this.begin(retry);
  }

  private report(level: LogLevel, event: string): void {
    this.#options.log({ level, part: "i2c", event, text: `scan: ${this.#text}` });
  }
}
