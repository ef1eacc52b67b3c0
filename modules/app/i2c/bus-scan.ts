// SPDX-License-Identifier: MIT

import type { Timer } from "../../base/clock.ts";
import type { Host } from "../../base/host.ts";
import { addressText, firstAddress, lastAddress, longestProbe } from "./i2c-probe.ts";
import type { SharedBus } from "./shared-bus.ts";

export interface BusScanOptions {
  readonly bus: Pick<SharedBus, "isAnswered">;
  readonly host: Pick<Host, "clock" | "timers">;
}

/** Who wants to know. */
export interface BusScanOwner {
  /** The chip that has answered as one at an address, to its driver. */
  driverAt(address: number): string | undefined;
  /** `found`: "0x76 BME280", in order. */
  scanned(found: readonly string[]): void;
  /** The bus does not move, at `address`; the scan is over. */
  scanStuck(address: number): void;
}

/**
 * One look at all of the I2C bus. One address is probed in a turn of the loop, by an empty write,
 * which no device takes for anything; a chip whose driver knows it is left alone and named, and
 * nothing else has a name: at an address may be many a chip.
 */
export class BusScan {
  readonly #options: BusScanOptions;
  readonly #owner: BusScanOwner;
  readonly #turn = () => this.proceed();
  readonly #found: string[] = [];
  #address = firstAddress;
  #timer: Timer;

  constructor(options: BusScanOptions, owner: BusScanOwner) {
    this.#options = options;
    this.#owner = owner;
    this.#timer = options.host.timers.set(this.#turn, 0);
  }

  close(): void {
    this.#options.host.timers.clear(this.#timer);
  }

  private proceed(): void {
    const owner = this.#owner;
    const { bus, host } = this.#options;
    const address = this.#address++;
    const before = host.clock.ticks();
    const name = owner.driverAt(address) ?? (bus.isAnswered(address) ? "unknown" : undefined);
    if (host.clock.ticks() - before > longestProbe) {
      owner.scanStuck(address);
      return;
    }
    if (name !== undefined) this.#found.push(`${addressText(address)} ${name}`);
    if (address < lastAddress) this.#timer = host.timers.set(this.#turn, 0);
    else owner.scanned(this.#found);
  }
}
