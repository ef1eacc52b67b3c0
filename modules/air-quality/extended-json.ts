// SPDX-License-Identifier: MIT

import { versionText } from "../base/version-word.ts";
import { airIndex } from "./air-index.ts";
import type { Reading } from "./reading.ts";

/** What a gas sensor says about itself. */
export interface GasSensorFacts {
  readonly state: { readonly kind: string };
  /** Minutes until its values are settled; undefined in other states. */
  readonly minutesLeft: number | undefined;
  /** Drive mode, 0–4. */
  readonly mode: number;
  /** Each undefined until it was read. */
  readonly hardwareVersion: number | undefined;
  readonly bootVersion: number | undefined;
  readonly applicationVersion: number | undefined;
}

function rounded(value: number | undefined, digits: number): number | undefined {
  if (value === undefined || !Number.isFinite(value)) return undefined;
  return Math.round(value * 10 ** digits) / 10 ** digits;
}

function version(word: number | undefined): string | undefined {
  return word === undefined ? undefined : versionText(word);
}

/**
 * The payload of `…/extended`: the values of a reading with their decimals, how good the air is (word
 * and index of air-index.ts), `marks` that cast doubt on the gas values, the gas sensor's raw values, state (with the reason of a fault) and versions, and the wall clock at the
 * measurement. What is not known is left out.
 */
export function encodeExtended(
  name: string,
  reading: Reading,
  facts: {
    readonly sensor: GasSensorFacts;
    /** What is wrong with it. */
    readonly gasTrouble: string | undefined;
    readonly time: number | undefined;
  },
): string {
  const { sensor, gasTrouble, time } = facts;
  const { gas } = reading;
  const { hardwareVersion } = sensor;
  // A CCS811 that has never answered is nothing to tell of where another gas sensor speaks.
  const isTold = hardwareVersion !== undefined || !reading.sensors;
  const air = airIndex(reading.co2, reading.voc);
  const { seaLevelPressure } = reading;
  const values = {
    time: time === undefined ? undefined : new Date(time).toISOString(),
    state: isTold ? sensor.state.kind : undefined,
    reason: isTold ? gasTrouble : undefined,
    minutesLeft: sensor.minutesLeft,
    co2: reading.co2,
    voc: reading.voc,
    air: air?.word,
    "air index": air?.index,
    range: gas?.range,
    marks: gas?.marks,
    current: gas?.current,
    voltage: rounded(gas?.voltage, 3),
    "bmp P": rounded(reading.pressure === undefined ? undefined : reading.pressure / 100, 2),
    "sea-level P": rounded(seaLevelPressure === undefined ? undefined : seaLevelPressure / 100, 2),
    "bmp temp": rounded(reading.pressureTemperature, 2),
    "dht temp": rounded(reading.temperature, 2),
    "dht RH": rounded(reading.humidityPercent, 2),
    mode: isTold ? sensor.mode : undefined,
    hardware: hardwareVersion === undefined ? undefined : `0x${hardwareVersion.toString(16)}`,
    bootLoader: version(sensor.bootVersion),
    firmware: version(sensor.applicationVersion),
    sensors: reading.sensors,
  };
  return JSON.stringify({ [name]: values });
}
