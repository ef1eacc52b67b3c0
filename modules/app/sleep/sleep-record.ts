// SPDX-License-Identifier: MIT

import { crc16 } from "../../base/crc16.ts";
import {
  type RetainedMemory,
  sleepRecordLength,
  sleepRecordPlace,
} from "../../base/retained-memory.ts";

/** The steps of a time awake, ms each; `sensor` goes on beside those of the network, the others follow each other. */
export const sleepSteps = Object.freeze([
  "boot",
  "sensor",
  "wifi",
  "dhcp",
  "tcp",
  "mqtt",
  "publish",
] as const);
export type SleepStep = (typeof sleepSteps)[number];

/** Where the network was. */
export interface SleepPlace {
  /** 1–13. */
  readonly channel: number;
  /** Of the access point, "aa:bb:cc:dd:ee:ff". */
  readonly BSSID: string;
}

/** What a board has to remember while it sleeps. */
export interface SleepRecord {
  /** Sleeps since power came on. */
  readonly sleeps: number;
  /** Wakes in a row at which not all that waited was confirmed. */
  readonly misses: number;
  /** Which kinds of values the last reading had, bits. */
  readonly kinds: number;
  /** Wall clock when it fell asleep, ms since 1970 UTC; undefined: nobody knew it. */
  readonly time: number | undefined;
  /** Time since the last report of how the board is, s. */
  readonly healthAge: number;
  /** Whole time awake, ms. */
  readonly awake: number;
  /** ms; 0: it was not reached, or nothing had to be done. */
  readonly steps: Readonly<Record<SleepStep, number>>;
  /** Undefined: it was in no network. */
  readonly place: SleepPlace | undefined;
  /** The sensor of CO2 that goes on measuring meanwhile, "SCD41"; undefined: none does. */
  readonly CO2Sensor?: string | undefined;
}

/** By their number in the record; 0 is none. */
const CO2Sensors: readonly string[] = Object.freeze(["SCD4x", "SCD40", "SCD41", "SCD43"]);

const format = 2;
const at = Object.freeze({
  format: 0,
  /** Kinds in the lower half, the channel in the upper one. */
  kinds: 1,
  misses: 2,
  sleeps: 4,
  time: 8,
  healthAge: 16,
  awake: 20,
  steps: 24,
  BSSID: 38,
  CO2Sensor: 44,
  checksum: sleepRecordLength - 2,
});
const BSSIDLength = 6;
const maxChannel = 13;
const most16 = 0xffff;
const most32 = 0xffff_ffff;

function whole(value: number, most: number): number {
  return Math.max(0, Math.min(most, Math.round(value)));
}

/** The record as bytes. */
export function encodeSleep(record: SleepRecord): Uint8Array {
  const bytes = new Uint8Array(sleepRecordLength);
  const view = new DataView(bytes.buffer);
  const { place, kinds } = record;
  bytes[at.format] = format;
  bytes[at.kinds] = (kinds & 0x0f) | ((place?.channel ?? 0) << 4);
  view.setUint16(at.misses, whole(record.misses, most16));
  view.setUint32(at.sleeps, whole(record.sleeps, most32));
  view.setFloat64(at.time, record.time ?? 0);
  view.setUint32(at.healthAge, whole(record.healthAge, most32));
  view.setUint32(at.awake, whole(record.awake, most32));
  sleepSteps.forEach((step, i) => {
    view.setUint16(at.steps + 2 * i, whole(record.steps[step], most16));
  });
  place?.BSSID.split(":").forEach((hex, i) => {
    if (i < BSSIDLength) bytes[at.BSSID + i] = Number.parseInt(hex, 16);
  });
  bytes[at.CO2Sensor] = record.CO2Sensor ? 1 + CO2Sensors.indexOf(record.CO2Sensor) : 0;
  view.setUint16(at.checksum, crc16(bytes, 0, at.checksum));
  return bytes;
}

/** The record of these bytes; undefined when they are none, as after a power cut. */
export function decodeSleep(kept: ArrayBuffer): SleepRecord | undefined {
  const bytes = new Uint8Array(kept);
  if (bytes.length !== sleepRecordLength || bytes[at.format] !== format) return undefined;
  const view = new DataView(kept);
  if (view.getUint16(at.checksum) !== crc16(bytes, 0, at.checksum)) return undefined;
  const steps = { boot: 0, sensor: 0, wifi: 0, dhcp: 0, tcp: 0, mqtt: 0, publish: 0 };
  sleepSteps.forEach((step, i) => {
    steps[step] = view.getUint16(at.steps + 2 * i);
  });
  const { [at.kinds]: both = 0 } = bytes;
  const channel = both >> 4;
  const time = view.getFloat64(at.time);
  return {
    sleeps: view.getUint32(at.sleeps),
    misses: view.getUint16(at.misses),
    kinds: both & 0x0f,
    time: time > 0 ? time : undefined,
    healthAge: view.getUint32(at.healthAge),
    awake: view.getUint32(at.awake),
    steps,
    CO2Sensor: CO2Sensors[(bytes[at.CO2Sensor] ?? 0) - 1],
    place: channel >= 1 && channel <= maxChannel ? { channel, BSSID: BSSIDIn(bytes) } : undefined,
  };
}

function BSSIDIn(bytes: Uint8Array): string {
  const part = bytes.subarray(at.BSSID, at.BSSID + BSSIDLength);
  return Array.from(part, (byte) => (byte + 0x100).toString(16).slice(1)).join(":");
}

/** What was kept; undefined: nothing was. */
export function readSleep(retained: RetainedMemory): SleepRecord | undefined {
  return decodeSleep(retained.read(sleepRecordPlace(retained), sleepRecordLength));
}

export function writeSleep(retained: RetainedMemory, record: SleepRecord): void {
  retained.write(sleepRecordPlace(retained), encodeSleep(record));
}
