// SPDX-License-Identifier: MIT

import { asciiOf } from "./bytes.ts";
import { type DerReader, malformed, tags } from "./der-reader.ts";

/**
 * Reads a Time (RFC 5280, 4.1.2.5): UTCTime YYMMDDHHMMSSZ or GeneralizedTime YYYYMMDDHHMMSSZ.
 * Returns ms since 1970 UTC.
 */
export function readTime(reader: DerReader): number {
  const short = reader.readIf(tags.utcTime);
  const digits = asciiOf(short ?? reader.read(tags.generalizedTime));
  const text = short ? (digits < "5" ? "20" : "19") + digits : digits;
  if (!/^\d{14}Z$/.test(text)) throw malformed("a time is not in the form that RFC 5280 asks for");
  const part = (from: number, to: number) => Number(text.slice(from, to));
  const [month, day] = [part(4, 6), part(6, 8)];
  const [hour, minute, second] = [part(8, 10), part(10, 12), part(12, 14)];
  const time = Date.UTC(part(0, 4), month - 1, day, hour, minute, second);
  const isReal = month >= 1 && month <= 12 && day >= 1 && hour < 24 && minute < 60 && second < 60;
  if (!isReal || new Date(time).getUTCDate() !== day) throw malformed("a time is none");
  return time;
}
