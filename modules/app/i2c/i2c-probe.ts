// SPDX-License-Identifier: MIT

import type { Clock } from "../../base/clock.ts";
import type { BoardWiring } from "../../base/host.ts";
import type { I2C } from "../../ecma-419/i2c.ts";

/** The addresses below and above are reserved by the I2C specification. */
export const firstAddress = 0x08;
export const lastAddress = 0x77;

/** "0x5a". */
export function addressText(address: number): string {
  return `0x${address.toString(16).padStart(2, "0")}`;
}

/** Whether a device answers at `address`: one transaction, an empty write. */
export function deviceAnswers(bus: BoardWiring["i2c"], address: number): boolean {
  let device: I2C | undefined;
  try {
    const { io, ...pins } = bus;
    device = new io({ ...pins, address, hz: 100_000 });
    device.write(new Uint8Array(0));
    return true;
  } catch {
    // That nobody answers is told by an exception, and it is an answer here.
    return false;
  } finally {
    device?.close();
  }
}

/** A probe that takes longer, ms, has met a bus that does not move. */
export const longestProbe = 50;

/** The first of the addresses at which a device answers; undefined: none does. */
export function answeringAddress(
  bus: BoardWiring["i2c"],
  addresses: readonly number[],
  clock: Pick<Clock, "ticks">,
): number | undefined {
  const before = clock.ticks();
  for (const address of addresses) {
    if (deviceAnswers(bus, address)) return address;
    // On a bus that does not move every probe takes long, and none has an answer.
    if (clock.ticks() - before > longestProbe) return undefined;
  }
  return undefined;
}
