// SPDX-License-Identifier: MIT

import { type Reading, readingText } from "./reading.ts";

/** The values of a published reading, with the names of the course text. */
export interface ReadingValues {
  /** ppm. */
  co2?: number;
  /** ppb. */
  voc?: number;
  /** hPa. */
  "bmp P"?: number;
  /** °C. */
  "bmp temp"?: number;
  /** °C. */
  "dht temp"?: number;
  /** Percent. */
  "dht RH"?: number;
}

const keys = Object.freeze(["co2", "voc", "bmp P", "bmp temp", "dht temp", "dht RH"] as const);

function rounded(value: number | undefined, scale = 1): number | undefined {
  return value === undefined || !Number.isFinite(value) ? undefined : Math.round(value * scale);
}

/**
 * The payload of `…/reading`: `{"<name>":{"co2":412,"voc":30,"bmp P":1012,…}}`, whole numbers. A
 * value that is missing is left out.
 */
export function encodeReading(name: string, reading: Reading): string {
  const values: Record<(typeof keys)[number], number | undefined> = {
    co2: rounded(reading.co2),
    voc: rounded(reading.voc),
    "bmp P": rounded(reading.pressure, 0.01),
    "bmp temp": rounded(reading.pressureTemperature),
    "dht temp": rounded(reading.temperature),
    "dht RH": rounded(reading.humidityPercent),
  };
  return JSON.stringify({ [name]: values });
}

/** A reading that came over the network, or why it is none. */
export type DecodedReading =
  | { readonly name: string; readonly values: ReadingValues }
  | { readonly refused: string };

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Checks a payload of `…/reading`; never throws. Unknown values are ignored, wrong ones refuse. */
export function decodeReading(text: string): DecodedReading {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { refused: "not JSON" };
  }
  if (!isObject(parsed)) return { refused: "not a JSON object" };
  const names = Object.keys(parsed);
  const name = names[0];
  if (name === undefined || names.length !== 1) return { refused: "not exactly one board name" };
  const given = parsed[name];
  if (!isObject(given)) return { refused: "the board's values are not an object" };
  const values: ReadingValues = {};
  for (const key of keys) {
    const value = given[key];
    if (value === undefined) continue;
    if (typeof value !== "number") return { refused: `"${key}" is not a number` };
    values[key] = value;
  }
  return { name, values };
}

/** The console's line for a payload of `…/reading`, or why it is none. */
export function describeReading(
  payload: string,
): { readonly text: string } | { readonly refused: string } {
  const decoded = decodeReading(payload);
  if ("refused" in decoded) return decoded;
  const { values } = decoded;
  const hPa = values["bmp P"];
  const text = readingText({
    co2: values.co2,
    voc: values.voc,
    pressure: hPa === undefined ? undefined : hPa * 100,
    pressureTemperature: values["bmp temp"],
    temperature: values["dht temp"],
    humidityPercent: values["dht RH"],
    ticks: 0,
  });
  return { text };
}
