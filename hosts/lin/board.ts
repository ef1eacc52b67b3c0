// SPDX-License-Identifier: MIT

import type { BoardWiring } from "../../modules/base/host.ts";
import { Air } from "../virtual/air.ts";
import { CCS811Chip } from "../virtual/chips/ccs811.ts";
import { createI2C } from "../virtual/i2c.ts";
import { I2CBus } from "../virtual/i2c-bus.ts";
import type { VirtualTime } from "../virtual/virtual-time.ts";

/** A board with a CCS811 and a BME280 in a simulated room; the same seed gives the same room. */
export function createBoard(time: VirtualTime, seed: number): BoardWiring {
  const air = new Air({ seed });
  const bus = new I2CBus();
  bus.attach(new CCS811Chip({ time, air, seed }));
  return { i2c: { io: createI2C(bus), data: 21, clock: 22 } };
}
