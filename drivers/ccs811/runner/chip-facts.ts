// SPDX-License-Identifier: MIT

import type { DriveMode } from "../encoding/drive-mode.ts";

/** ms of measuring until values are settled and BASELINE may be written (datasheet, run-in). */
export const runInTime = 20 * 60_000;

/** What the driver knows about the chip from reading it. */
export class ChipFacts {
  /** HW_ID and HW_VERSION have been right: it may be written to. */
  isProven = false;
  /** Undefined until they have been read. */
  hardwareVersion: number | undefined;
  bootVersion: number | undefined;
  applicationVersion: number | undefined;
  /** MEAS_MODE as last read; undefined when it has to be read or written again. */
  measMode: number | undefined;
  /** It may be measuring, for all that is known. */
  mayMeasure = false;
  /** Monotonic ms at which the present run of measuring began. */
  measuringSince: number | undefined;
  /** It was found measuring, and has not been reset or idle since. */
  isAttached = false;

  get mode(): DriveMode {
    return ((this.measMode ?? 0) >> 4) as DriveMode;
  }

  /** It does not measure, or not any more. */
  noteRest(): void {
    this.mayMeasure = false;
    this.measuringSince = undefined;
    this.isAttached = false;
    this.measMode = 0;
  }
}
