// SPDX-License-Identifier: MIT

import type { CarbonDioxideSample, VOCSample } from "../../../modules/ecma-419/sensor.ts";
import {
  type DeviceError,
  deviceErrorsOf,
  hardwareErrorBits,
  knownErrorBits,
} from "./device-errors.ts";
import { isPossibleStatus, statusBit } from "./registers.ts";
import type { AirRange } from "./thresholds.ts";

/**
 * Why a sample is to be doubted. warming: the chip shows a start value, not a measurement.
 * raw-only: drive mode 4 computes neither eCO2 nor TVOC. out-of-range: more than the firmware gives,
 * or less than 400 ppm. bus: the bytes were broken on their way. saturated: the voltage is at its
 * end. Further the names of the chip's own errors.
 */
export type SampleFault =
  | "warming"
  | "raw-only"
  | "out-of-range"
  | "bus"
  | "saturated"
  | DeviceError;

/** One measurement; a new, mutable object each (ECMA-419, section 14). */
export interface CCS811Sample {
  /** Equivalent CO2, computed from the VOC: 400–64,000 ppm; undefined when it is known to be wrong. */
  carbonDioxideDetector: CarbonDioxideSample | undefined;
  /** Total VOC, 0–64,000 ppb; undefined when it is known to be wrong. */
  vocDetector: VOCSample | undefined;
  /** Current through the sensing layer, 0–63 µA. */
  current: number;
  /** Voltage across the sensing layer, 0–1.65 V. */
  voltage: number;
  /** Wall clock, ms since 1970 UTC; undefined while nobody has set it. */
  time: number | undefined;
  /** Monotonic ms. */
  ticks: number;
  /** Empty for a sample that there is nothing to say against. */
  faults: readonly SampleFault[];
  /** Of eCO2, by the last value without a mark; only where there are thresholds. */
  range?: AirRange;
}

/** Bytes of ALG_RESULT_DATA. */
export const resultLength = 8;

const voltageSteps = 1_023;
const fullVoltage = 1.65;
const minCO2 = 400;
/** The most eCO2 (ppm) and TVOC (ppb) that a firmware gives: 1.x (DS 1.0), and 2.x (its change log). */
const oldLimits = Object.freeze({ CO2: 8_192, tvoc: 1_187 });
const newLimits = Object.freeze({ CO2: 64_000, tvoc: 64_000 });
const newFirmware = 0x2000;
/** Set in every STATUS of a running application. */
const runningBits = statusBit.application | statusBit.valid;
/** Marks of a write or read that was refused: the measurement knows nothing of it. */
const harmless: readonly SampleFault[] = Object.freeze([
  "WRITE_REG_INVALID",
  "READ_REG_INVALID",
  "MEASMODE_INVALID",
]);
const nothing: readonly SampleFault[] = Object.freeze([]);

function word(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}

/** Equivalent CO2 in ALG_RESULT_DATA, ppm. */
export function CO2Of(result: Uint8Array): number {
  return word(result, 0);
}

/** Total VOC in ALG_RESULT_DATA, ppb. */
export function tvocOf(result: Uint8Array): number {
  return word(result, 2);
}

/** Current in µA of a RAW_DATA word: bits 15:10. */
export function currentOf(raw: number): number {
  return raw >> 10;
}

/** Voltage in V of a RAW_DATA word: bits 9:0, of which 1,023 is 1.65 V. */
export function voltageOf(raw: number): number {
  return ((raw & voltageSteps) * fullVoltage) / voltageSteps;
}

/** RAW_DATA in ALG_RESULT_DATA. */
export function rawOf(result: Uint8Array): number {
  return word(result, 6);
}

/** Whether a result is what the firmwares show before their first measurement: 0, or 400 and 0. */
export function isStartValue(result: Uint8Array): boolean {
  const CO2 = CO2Of(result);
  return (CO2 === 0 || CO2 === minCO2) && tvocOf(result) === 0;
}

/** What is known about a result besides its bytes. */
export interface ResultContext {
  /** Drive mode 4. */
  readonly isRawOnly: boolean;
  /** Start values are still to be expected. */
  readonly isWarming: boolean;
  /** ERROR_ID at the measurement. */
  readonly errors: number;
  /** FW_APP_VERSION; undefined while it has not been read. */
  readonly applicationVersion: number | undefined;
}

/** Whether eCO2 and TVOC of a result with these marks say anything about the air. */
export function hasValues(faults: readonly SampleFault[]): boolean {
  return faults.every((fault) => harmless.includes(fault));
}

/** The marks of a result; one shared empty list when it is without. */
export function faultsOf(result: Uint8Array, context: ResultContext): readonly SampleFault[] {
  const { isRawOnly, isWarming, errors, applicationVersion = newFirmware } = context;
  const limits = applicationVersion < newFirmware ? oldLimits : newLimits;
  const CO2 = CO2Of(result);
  const tvoc = tvocOf(result);
  const [status = 0, errorCopy = 0] = result.subarray(4, 6);
  const isRunning = isPossibleStatus(status) && (status & runningBits) === runningBits;
  const isBroken = !isRunning || CO2 === 0xffff || tvoc === 0xffff;
  // 0 is how firmware 1.x says that it has no value, also after the warm-up.
  const isStart = !isRawOnly && ((isWarming && isStartValue(result)) || CO2 === 0);
  const isOutside =
    !isRawOnly && !isStart && (CO2 < minCO2 || CO2 > limits.CO2 || tvoc > limits.tvoc);
  const isSaturated = (rawOf(result) & voltageSteps) === voltageSteps;
  // The copy shows a broken sensor one step before ERROR_ID is read.
  const known = (errors | (isBroken ? 0 : errorCopy & hardwareErrorBits)) & knownErrorBits;
  if (!(isBroken || isStart || isOutside || isSaturated || isRawOnly || known)) return nothing;
  const faults: SampleFault[] = [];
  if (isStart) faults.push("warming");
  if (isRawOnly) faults.push("raw-only");
  if (isOutside) faults.push("out-of-range");
  if (isBroken) faults.push("bus");
  if (isSaturated) faults.push("saturated");
  for (const error of deviceErrorsOf(known)) faults.push(error);
  return faults;
}
