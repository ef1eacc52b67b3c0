// SPDX-License-Identifier: MIT

import type { Digital, DigitalConstructor } from "../modules/ecma-419/digital.ts";

export interface I2CPins {
  readonly io: DigitalConstructor;
  readonly data: number;
  readonly clock: number;
}

/** A device that holds the data line lets go within the rest of one byte and its acknowledge. */
const maxClocks = 9;

/**
 * Frees a bus whose data line some device holds low: up to nine clocks, then a STOP (I2C-bus
 * specification UM10204, section 3.1.16). Every I2C instance on the pins has to be closed before.
 * Returns whether the line is free.
 */
export function clearI2CBus(pins: I2CPins): boolean {
  const { io, data, clock } = pins;
  const SCL = new io({ pin: clock, mode: io.OutputOpenDrain });
  try {
    SCL.write(1);
    const isFree = pulse(SCL, pins);
    if (isFree) stop(SCL, { io, data, clock });
    return isFree;
  } finally {
    SCL.close();
  }
}

/** Gives clocks until the data line is high. */
function pulse(SCL: Digital, { io, data }: I2CPins): boolean {
  const SDA = new io({ pin: data, mode: io.InputPullUp });
  try {
    for (let clocks = 0; clocks < maxClocks && SDA.read() === 0; clocks++) {
      SCL.write(0);
      SCL.write(1);
    }
    return SDA.read() === 1;
  } finally {
    SDA.close();
  }
}

function stop(SCL: Digital, { io, data }: I2CPins): void {
  SCL.write(0);
  const SDA = new io({ pin: data, mode: io.OutputOpenDrain });
  try {
    SDA.write(0);
    SCL.write(1);
    SDA.write(1);
  } finally {
    SDA.close();
  }
}
