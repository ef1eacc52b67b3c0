// SPDX-License-Identifier: MIT

import { SensorError } from "../sensor-error.ts";

function hex(value: number, digits = 2): string {
  return `0x${value.toString(16).toUpperCase().padStart(digits, "0")}`;
}

/** Nobody drives the data line, or something holds it. */
function isLevel(value: number): boolean {
  return value === 0x00 || value === 0xff;
}

const notAnswering = "what is at the CCS811's address is not answering as a CCS811";
const checkLevel = "only zeros or only ones: check its supply, the wires and the pull-ups";

/** An answer that no CCS811 gives. */
export function invalidResponse(name: string, value: number): SensorError {
  const isConstant = isLevel(value);
  return new SensorError({
    code: "ccs811/noise",
    what: isConstant ? notAnswering : "the CCS811's answer was broken on the bus",
    why: `${name} reads ${hex(value)}`,
    todo: isConstant
      ? checkLevel
      : "shorten the wires, add 4.7 kΩ pull-ups, or lower the bus speed",
  });
}

/** Something else answers at the address. */
export function wrongId(name: string, value: number): SensorError {
  return new SensorError({
    code: "ccs811/wrong-id",
    what: notAnswering,
    why: `${name} reads ${hex(value)}`,
    todo: isLevel(value) ? checkLevel : "look at what is on the bus",
  });
}

/** The boot loader is there, the application is not. */
export function noApplication(status: number): SensorError {
  return new SensorError({
    code: "ccs811/no-application",
    what: "the CCS811 holds no valid firmware",
    why: `STATUS reads ${hex(status)}; an update may have been cut short`,
    todo: "replace the sensor",
  });
}

/** APP_START had no effect, several times. */
export function startFailed(status: number): SensorError {
  return new SensorError({
    code: "ccs811/start-failed",
    what: "the CCS811 stays in its boot loader",
    why: `STATUS reads ${hex(status)} after APP_START`,
    todo: "check the supply: the heater needs 30 mA when the application starts",
  });
}

/** MEAS_MODE does not read back as it was written. */
export function modeRefused(written: number, value: number): SensorError {
  return new SensorError({
    code: "ccs811/mode-refused",
    what: "the CCS811 did not take the drive mode",
    why: `MEAS_MODE reads ${hex(value)} after ${hex(written)}`,
    todo: "check the wires and the supply",
  });
}

/** A sensor that was measuring is back in its boot loader. */
export function unexpectedReset(): SensorError {
  return new SensorError({
    code: "ccs811/dropout",
    what: "the CCS811 has restarted by itself",
    why: "it was measuring and is back in its boot loader",
    todo: "check the supply: 3.3 V must not sag when the heater switches on",
  });
}

/** It answers, but measures no more. */
export function stalled(waited: number): SensorError {
  return new SensorError({
    code: "ccs811/stalled",
    what: "the CCS811 answers but does not measure",
    why: `no new data for ${Math.round(waited / 1_000)} s`,
    todo: "it is being reset; if this comes back, check the supply",
  });
}

/** The bus was let go of to clear it, and can not be had again. */
export function noBus(cause: unknown): SensorError {
  return new SensorError({
    code: "ccs811/no-bus",
    what: "the I2C bus can not be opened again after it was cleared",
    why: cause instanceof Error ? cause.message : String(cause),
    todo: "restart the board",
    cause,
  });
}

/** The host's way of clearing the bus has thrown. */
export function clearFailed(cause: unknown): SensorError {
  return new SensorError({
    code: "ccs811/clear-failed",
    what: "the I2C bus could not be cleared",
    why: cause instanceof Error ? cause.message : String(cause),
    cause,
  });
}

/** The reset pin can not be used. */
export function noPin(cause: unknown): SensorError {
  return new SensorError({
    code: "ccs811/no-pin",
    what: "the CCS811's reset pin can not be used",
    why: cause instanceof Error ? cause.message : String(cause),
    todo: "give it a pin of its own that can be an output",
    cause,
  });
}

/** Samples come, and nINT does not tell of them. */
export function noCalls(): SensorError {
  return new SensorError({
    code: "ccs811/no-calls",
    what: "the CCS811's nINT does not tell of its samples",
    why: "three in a row were there without a call",
    todo: "check its wire, and the pin; the sensor is asked meanwhile",
  });
}

/** A call after `close`. */
export function closed(): SensorError {
  return new SensorError({ code: "ccs811/closed", what: "the CCS811 driver is closed" });
}
