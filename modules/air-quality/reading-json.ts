// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";
import { isTooDeep } from "../base/json-depth.ts";
import { parseNamed } from "../base/named-json.ts";
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
const keysAndTime = Object.freeze([...keys, "time"] as const);

/**
 * Smallest and largest value that a sensor for it can give, from their datasheets: gases are numbers of
 * 16 bits, pressure as the BMP and DPS series, temperature as the SHT3x.
 */
const ranges: Readonly<Record<(typeof keys)[number], readonly [number, number]>> = frozen({
  co2: [0, 65_535],
  voc: [0, 65_535],
  "bmp P": [300, 1_250],
  "bmp temp": [-45, 130],
  "dht temp": [-45, 130],
  "dht RH": [0, 100],
});

type EncodedKey = (typeof keys)[number] | "sea-level P" | "time";

function decimal(value: number | undefined, decimals: 0 | 1): number | undefined {
  if (decimals === 0 || value === undefined) return rounded(value);
  return Number.isFinite(value) ? Math.round(value * 10) / 10 : undefined;
}

function rounded(value: number | undefined, scale = 1): number | undefined {
  return value === undefined || !Number.isFinite(value) ? undefined : Math.round(value * scale);
}

/**
 * The payload of `…/reading`: `{"<name>":{"co2":412,"voc":30,"bmp P":1012,…}}`, whole numbers, with
 * `decimals` for temperature and humidity. A value that is missing is left out. `time` (ms since 1970
 * UTC) is given for a reading that will arrive late, and becomes one more value.
 */
export function encodeReading(
  name: string,
  reading: Reading,
  time?: number,
  decimals: 0 | 1 = 0,
): string {
  const values: Record<EncodedKey, number | string | undefined> = {
    co2: rounded(reading.co2),
    voc: rounded(reading.voc),
    "bmp P": rounded(reading.pressure, 0.01),
    "sea-level P": rounded(reading.seaLevelPressure, 0.01),
    "bmp temp": decimal(reading.pressureTemperature, decimals),
    "dht temp": decimal(reading.temperature, decimals),
    "dht RH": decimal(reading.humidityPercent, decimals),
    time: time === undefined ? undefined : new Date(time).toISOString(),
  };
  return JSON.stringify({ [name]: values });
}

/** A reading that came over the network, or why it is none. */
export type DecodedReading =
  | {
      readonly name: string;
      readonly values: ReadingValues;
      /** When it was measured, ms since 1970 UTC; only with one that had to wait for the broker. */
      readonly time?: number;
    }
  | { readonly refused: string };

/**
 * Checks a payload of `…/reading`; never throws. Unknown values are ignored, wrong ones and those
 * that no sensor can have refuse.
 *
 * XS keeps every property name for ever that it has once seen, so names from the network must not
 * become property names: the board's name is cut out by hand, and the parser is told the others.
 */
export function decodeReading(text: string): DecodedReading {
  if (isTooDeep(text)) return { refused: "nested too deeply" };
  const parts = splitReading(text);
  if (!parts) return { refused: 'not of the form {"name":{…}}' };
  const name = parseNamed(parts.name, []);
  const given = parseNamed(parts.values, keysAndTime);
  if (typeof name !== "string" || given === undefined) return { refused: "not JSON" };
  if (!isObject(given)) return { refused: "the board's values are not an object" };
  const values: ReadingValues = {};
  for (const key of keys) {
    const value = given[key];
    if (value === undefined) continue;
    if (typeof value !== "number") return { refused: `"${key}" is not a number` };
    const [least, most] = ranges[key];
    if (!(value >= least && value <= most)) {
      return { refused: `"${key}" is not from ${least} to ${most}` };
    }
    values[key] = value;
  }
  const moment = given.time;
  if (moment === undefined) return { name, values };
  const time = typeof moment === "string" ? Date.parse(moment) : Number.NaN;
  return Number.isNaN(time) ? { refused: '"time" is no time' } : { name, values, time };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `{"name":{…}}` as `"name"` and `{…}`. */
function splitReading(text: string): { name: string; values: string } | undefined {
  const inner = text.trim();
  if (!inner.startsWith("{") || !inner.endsWith("}")) return undefined;
  const body = inner.slice(1, -1).trim();
  const end = endOfString(body);
  const rest = body.slice(end).trimStart();
  if (end === 0 || !rest.startsWith(":")) return undefined;
  return { name: body.slice(0, end), values: rest.slice(1) };
}

/** Index behind the JSON string at the beginning of `text`; 0 when there is none. */
function endOfString(text: string): number {
  if (!text.startsWith('"')) return 0;
  let end = text.indexOf('"', 1);
  while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end + 1;
}

/** An odd number of backslashes stands in front. */
function isEscaped(text: string, at: number): boolean {
  let start = at;
  while (text[start - 1] === "\\") start--;
  return (at - start) % 2 === 1;
}

/** The console's text for a payload of `…/reading`, with its `time` if it has one, or why it is none. */
export function describeReading(
  payload: string,
): { readonly text: string; readonly time?: number } | { readonly refused: string } {
  const decoded = decodeReading(payload);
  if ("refused" in decoded) return decoded;
  const { values, time } = decoded;
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
  return time === undefined ? { text } : { text, time };
}
