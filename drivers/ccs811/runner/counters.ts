// SPDX-License-Identifier: MIT

/** What a CCS811 driver has been through since it was opened. */
export interface CCS811Counters {
  /** Samples, marked ones included. */
  readonly readings: number;
  /** Samples with at least one mark. */
  readonly marked: number;
  /** Bus transactions that failed, and answers that can not have come from the chip. */
  readonly busFaults: number;
  /** Times the application was started. */
  readonly starts: number;
  /** Times a running sensor was found back in its boot loader: its supply dipped. */
  readonly dropouts: number;
  /** Times no sample came for three periods. */
  readonly stalls: number;
  readonly softwareResets: number;
  readonly pinResets: number;
  readonly busClears: number;
  /** Times each bit of ERROR_ID, 0–5, has newly appeared. */
  readonly deviceErrors: readonly number[];
}

/** The counters, for the driver itself to count with. */
export class Counters implements CCS811Counters {
  readings = 0;
  marked = 0;
  busFaults = 0;
  starts = 0;
  dropouts = 0;
  stalls = 0;
  softwareResets = 0;
  pinResets = 0;
  busClears = 0;
  readonly deviceErrors = [0, 0, 0, 0, 0, 0];
}
