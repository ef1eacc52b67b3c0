// SPDX-License-Identifier: MIT

import { messageOf } from "../../base/app-error.ts";
import type { BoardWiring } from "../../base/host.ts";
import type { Log, LogLevel } from "../../base/log.ts";
import type { DigitalConstructor } from "../../ecma-419/digital.ts";

export interface RecoverI2CBusOptions {
  readonly board: BoardWiring;
  readonly log: Log;
  /** `clearI2CBus`: clocks the bus free; false when its data line stays low. */
  readonly clear: (pins: {
    readonly io: DigitalConstructor;
    readonly data: number;
    readonly clock: number;
  }) => boolean;
}

/**
 * Frees the sensors' bus before it is used. A board that starts again in the middle of a read leaves a
 * sensor that waits for the rest of its clocks, with the data line low, and nobody can be asked. Does
 * nothing to a bus that is free, nor on a host without pins. To be called before an I2C instance is
 * open; never throws.
 */
export function recoverI2CBus({ board, log, clear }: RecoverI2CBusOptions): void {
  const { i2c, digital } = board;
  if (!digital) return;
  const { io } = digital;
  const { data, clock } = i2c;
  const report = (level: LogLevel, event: string, text: string) =>
    log({ level, part: "i2c", event, text });
  try {
    const SDA = new io({ pin: data, mode: io.InputPullUp });
    const isFree = SDA.read() === 1;
    SDA.close();
    if (isFree) return;
    if (clear({ io, data, clock })) {
      report(
        "info",
        "cleared",
        "a sensor held the bus, as after a start in the middle of a read; freed",
      );
    } else {
      const why = `SDA (GPIO ${data}) stays low`;
      report("warn", "stuck", `${why}: a sensor without power, a short, or SDA and SCL swapped`);
    }
  } catch (error) {
    report("warn", "stuck", `the bus could not be looked at: ${messageOf(error)}`);
  }
}
