// SPDX-License-Identifier: MIT

import type { ErrorFacts } from "../../../modules/base/app-error.ts";

/** Names of the ERROR_ID bits, from bit 0 on (datasheet, ERROR_ID). */
export const deviceErrors = Object.freeze([
  "WRITE_REG_INVALID",
  "READ_REG_INVALID",
  "MEASMODE_INVALID",
  "MAX_RESISTANCE",
  "HEATER_FAULT",
  "HEATER_SUPPLY",
] as const);

export type DeviceError = (typeof deviceErrors)[number];

/** Bits 3–5: the sensor itself is in trouble, and its values mean nothing. */
export const hardwareErrorBits = 0x38;
/** All bits that have a meaning. */
export const knownErrorBits = 0x3f;

const facts: Readonly<Record<DeviceError, ErrorFacts>> = Object.freeze({
  WRITE_REG_INVALID: Object.freeze({
    code: "ccs811/write-invalid",
    what: "the CCS811 refused a write",
    why: "ERROR_ID bit 0, WRITE_REG_INVALID",
    todo: "once is noise on the bus; often: shorten the wires or lower the bus speed",
  }),
  READ_REG_INVALID: Object.freeze({
    code: "ccs811/read-invalid",
    what: "the CCS811 refused a read",
    why: "ERROR_ID bit 1, READ_REG_INVALID",
    todo: "once is noise on the bus; often: shorten the wires or lower the bus speed",
  }),
  MEASMODE_INVALID: Object.freeze({
    code: "ccs811/mode-invalid",
    what: "the CCS811 refused the drive mode",
    why: "ERROR_ID bit 2, MEASMODE_INVALID",
    todo: "once is noise on the bus; often: report a defect of the driver",
  }),
  MAX_RESISTANCE: Object.freeze({
    code: "ccs811/max-resistance",
    what: "the CCS811's sensing layer is out of range",
    why: "ERROR_ID bit 3, MAX_RESISTANCE",
    todo: "leave it in clean air for a day; if it stays, the sensor is worn out: replace it",
  }),
  HEATER_FAULT: Object.freeze({
    code: "ccs811/heater-fault",
    what: "the CCS811's heater draws a wrong current",
    why: "ERROR_ID bit 4, HEATER_FAULT",
    todo: "the sensor is broken: replace it",
  }),
  HEATER_SUPPLY: Object.freeze({
    code: "ccs811/heater-supply",
    what: "the CCS811's heater gets no proper voltage",
    why: "ERROR_ID bit 5, HEATER_SUPPLY",
    todo: "check the 3.3 V supply and the board's link between pins 4 and 5 of the chip",
  }),
});

/** The name of one bit (0–5) of ERROR_ID. */
export function deviceErrorOf(bit: number): DeviceError | undefined {
  return deviceErrors[bit];
}

/** The names of all bits set in an ERROR_ID byte; bits 6 and 7 are reserved and are left out. */
export function deviceErrorsOf(errorId: number): DeviceError[] {
  return deviceErrors.filter((_, bit) => (errorId & (1 << bit)) !== 0);
}

/** What to tell a person about a device error. */
export function deviceErrorFacts(error: DeviceError): ErrorFacts {
  return facts[error];
}
