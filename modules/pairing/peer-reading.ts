// SPDX-License-Identifier: MIT

/** The values of a reading that peers tell each other; undefined where there is none. */
export interface PeerReading {
  /** ppm. */
  readonly co2: number | undefined;
  /** ppb. */
  readonly voc: number | undefined;
  /** Pa. */
  readonly pressure: number | undefined;
  /** °C, at the pressure sensor. */
  readonly pressureTemperature: number | undefined;
  /** °C. */
  readonly temperature: number | undefined;
  readonly humidityPercent: number | undefined;
}

/** A reading that came from a peer. */
export interface ReceivedReading extends PeerReading {
  /** When it was measured, ms since 1970 UTC; undefined: the peer did not know the time. */
  readonly time: number | undefined;
}

/** A value on its way: units in one of ours, smallest and largest that a sensor can give. */
interface Field {
  readonly name: keyof PeerReading;
  readonly scale: number;
  readonly least: number;
  readonly most: number;
}

const fields: readonly Field[] = Object.freeze([
  Object.freeze({ name: "co2", scale: 1, least: 0, most: 65_535 }),
  Object.freeze({ name: "voc", scale: 1, least: 0, most: 65_535 }),
  Object.freeze({ name: "pressure", scale: 0.1, least: 3_000, most: 12_500 }),
  Object.freeze({ name: "pressureTemperature", scale: 10, least: -450, most: 1_300 }),
  Object.freeze({ name: "temperature", scale: 10, least: -450, most: 1_300 }),
  Object.freeze({ name: "humidityPercent", scale: 10, least: 0, most: 1_000 }),
]);
const valuesAt = 7;
const length = valuesAt + 2 * fields.length;

/** The body of a message with a reading; `time` is 0 or undefined while nobody knows it. */
export function encodePeerReading(reading: PeerReading, time: number | undefined): Uint8Array {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  const moment = Math.max(0, Math.floor(time ?? 0));
  view.setUint16(1, Math.floor(moment / 2 ** 32));
  view.setUint32(3, moment >>> 0);
  let present = 0;
  for (const [index, { name, scale, least, most }] of fields.entries()) {
    const value = Math.round((reading[name] ?? Number.NaN) * scale);
    // What no sensor can say is no value.
    if (!(value >= least && value <= most)) continue;
    present |= 1 << index;
    view.setUint16(valuesAt + 2 * index, value);
  }
  bytes[0] = present;
  return bytes;
}

/** The reading in the body of a message; undefined: it is none. */
export function decodePeerReading(bytes: Uint8Array): ReceivedReading | undefined {
  const present = bytes[0] as number;
  if (bytes.length !== length || present >= 1 << fields.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const values: (number | undefined)[] = [];
  for (const [index, { scale, least, most }] of fields.entries()) {
    const at = valuesAt + 2 * index;
    const value = least < 0 ? view.getInt16(at) : view.getUint16(at);
    const isThere = (present & (1 << index)) !== 0;
    if (isThere && !(value >= least && value <= most)) return undefined;
    values.push(isThere ? value / scale : undefined);
  }
  const [co2, voc, pressure, pressureTemperature, temperature, humidityPercent] = values;
  const moment = view.getUint16(1) * 2 ** 32 + view.getUint32(3);
  const time = moment === 0 ? undefined : moment;
  return { co2, voc, pressure, pressureTemperature, temperature, humidityPercent, time };
}
