// SPDX-License-Identifier: MIT

import { messageOf } from "../../base/app-error.ts";
import type { BoardWiring } from "../../base/host.ts";
import type { Log, LogLevel } from "../../base/log.ts";
import type { DigitalConstructor } from "../../ecma-419/digital.ts";

/** `clearI2CBus`: clocks the bus free; false when its data line stays low. */
export type ClearBus = (pins: {
  readonly io: DigitalConstructor;
  readonly data: number;
  readonly clock: number;
}) => boolean;

export interface RecoverI2CBusOptions {
  readonly board: BoardWiring;
  readonly log: Log;
  readonly clear: ClearBus;
}

/** How the data line was found, or left: "unknown" without pins. */
export type DataLine = "free" | "cleared" | "stuck" | "unknown";

/**
 * Frees the sensors' bus: a read that was cut short, by a start of the board or a disturbed clock,
 * leaves a sensor that waits for the rest of its clocks with the data line low, and nobody can be
 * asked. Does nothing to a bus that is free, nor on a host without pins. No I2C instance may be open.
 * What has happened is logged, but for a line that stays low as it was (`wasStuck`); never throws.
 */
export function recoverI2CBus(
  { board, log, clear }: RecoverI2CBusOptions,
  wasStuck = false,
): DataLine {
  const { i2c, digital } = board;
  if (!digital) return "unknown";
  const { io } = digital;
  const { data, clock } = i2c;
  const report = (level: LogLevel, event: string, text: string) =>
    log({ level, part: "i2c", event, text });
  try {
    const SDA = new io({ pin: data, mode: io.InputPullUp });
    const isFree = SDA.read() === 1;
    SDA.close();
    if (isFree) return "free";
    if (clear({ io, data, clock })) {
      report("info", "cleared", "a sensor held the bus, as after a read that was cut short; freed");
      return "cleared";
    }
    const why = `SDA (GPIO ${data}) stays low`;
    const todo = "a sensor without power, a short, or SDA and SCL swapped";
    if (!wasStuck) report("warn", "stuck", `${why}: ${todo}`);
    return "stuck";
  } catch (error) {
    report("warn", "stuck", `the bus could not be looked at: ${messageOf(error)}`);
    return "unknown";
  }
}
