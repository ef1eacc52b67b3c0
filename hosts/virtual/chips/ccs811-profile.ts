// SPDX-License-Identifier: MIT

/** Application firmware that a simulated CCS811 can hold. */
export type CCS811Firmware = "1.1.0" | "2.0.0";

/** What differs between the firmware generations. */
export interface CCS811Profile {
  /** Content of FW_APP_VERSION. */
  readonly version: number;
  /** Whether the STATUS copy in ALG_RESULT_DATA carries DATA_READY. */
  readonly copiesDataReady: boolean;
  /** Data bytes of THRESHOLDS; the fifth is the hysteresis. */
  readonly thresholdBytes: 4 | 5;
  /** Mailbox 0x06. */
  readonly hasNTC: boolean;
  /** Mailbox 0xA0. */
  readonly hasInternalState: boolean;
  /** ms after the start of measurement without any DATA_READY. */
  readonly silence: number;
  /** eCO2 of the first results, ppm; their TVOC is 0. */
  readonly firstCO2: readonly number[];
  /** Where eCO2 (ppm) and TVOC (ppb) are clipped. */
  readonly maxCO2: number;
  readonly maxTVOC: number;
  /** TVOC is a function of eCO2. */
  readonly lockStep: boolean;
}

export const ccs811Profiles: Readonly<Record<CCS811Firmware, CCS811Profile>> = Object.freeze({
  "1.1.0": Object.freeze({
    version: 0x1100,
    copiesDataReady: false,
    thresholdBytes: 5,
    hasNTC: true,
    hasInternalState: false,
    silence: 0,
    firstCO2: Object.freeze([0, 0, 0, 400]),
    maxCO2: 8_192,
    maxTVOC: 1_187,
    lockStep: true,
  }),
  "2.0.0": Object.freeze({
    version: 0x2000,
    copiesDataReady: true,
    thresholdBytes: 4,
    hasNTC: false,
    hasInternalState: true,
    silence: 4_000,
    firstCO2: Object.freeze([400, 400, 400, 400, 400, 400, 400]),
    maxCO2: 64_000,
    maxTVOC: 64_000,
    lockStep: false,
  }),
});
