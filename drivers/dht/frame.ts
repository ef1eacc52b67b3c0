// SPDX-License-Identifier: MIT

/** DHT22 stands for AM2302, AM2301 and AM2320 on one wire as well; they send the same frame. */
export type DHTModel = "DHT11" | "DHT22";

/** What one frame says. */
export interface DHTValues {
  /** °C, −40 to 125. */
  readonly temperature: number;
  /** Relative humidity in percent, 0–100. */
  readonly humidity: number;
}

/** Why a frame has no values: damaged on the way, all zero, or no possible measurement. */
export type FrameFault = "checksum" | "blank" | "implausible";

/** The least humidity, percent, that a DHT11 sends; a DHT22 has at most 3 in the same byte. */
const minDHT11Humidity = 4;
const temperatureLimits = Object.freeze({ least: -40, most: 125 });

/** Which model has sent a frame that came whole: the ranges of the first byte do not overlap. */
export function modelOf(frame: Uint8Array): DHTModel {
  return (frame[0] ?? 0) < minDHT11Humidity ? "DHT22" : "DHT11";
}

/**
 * Values of the five bytes of a frame. Of a DHT11 whose checksum leaves the tenths out, or whose
 * tenths are none, only the whole degrees and percents are taken.
 */
export function decodeFrame(frame: Uint8Array, model: DHTModel): DHTValues | FrameFault {
  const [b0 = 0, b1 = 0, b2 = 0, b3 = 0, b4 = 0] = frame;
  if ((b0 | b1 | b2 | b3 | b4) === 0) return "blank";
  const isWhole = ((b0 + b1 + b2 + b3) & 0xff) === b4;
  if (model === "DHT22") {
    return isWhole ? checked(decodeDHT22((b0 << 8) | b1, (b2 << 8) | b3)) : "checksum";
  }
  if (!isWhole && ((b0 + b2) & 0xff) !== b4) return "checksum";
  if (modelOf(frame) !== "DHT11") return "implausible";
  return checked(isWhole ? decodeDHT11(frame) : { temperature: b2, humidity: b0 });
}

function decodeDHT22(humidity: number, temperature: number): DHTValues {
  return { temperature: signed(temperature) / 10, humidity: humidity / 10 };
}

/** Parts in the field have three ways to send a negative temperature, in 0.1 °C. */
function signed(value: number): number {
  if (value >> 12 === 0xf) return value - 0x10000;
  // Zero minus, so that 0x8000 is 0 and not −0.
  if (value & 0x8000) return 0 - (value & 0x7fff);
  if (value >> 11 === 1) return value - 0x1000;
  return value;
}

/** Newer parts have tenths, and the sign in bit 7 of the last byte (ASAIR manual 1.3). */
function decodeDHT11(frame: Uint8Array): DHTValues {
  const [b0 = 0, b1 = 0, b2 = 0, b3 = 0] = frame;
  const degrees = (b2 * 10 + tenths(b3 & 0x7f)) / 10;
  return {
    temperature: b3 & 0x80 ? 0 - degrees : degrees,
    humidity: (b0 * 10 + tenths(b1)) / 10,
  };
}

function tenths(value: number): number {
  return value < 10 ? value : 0;
}

function checked(values: DHTValues): DHTValues | FrameFault {
  const { temperature, humidity } = values;
  const { least, most } = temperatureLimits;
  if (humidity > 100 || temperature < least || temperature > most) return "implausible";
  // What sensors send that are damaged or were asked too often.
  if (humidity === 1 && temperature === 0.1) return "implausible";
  if (temperature === 0 && (humidity === 1 || humidity === 2)) return "implausible";
  return values;
}
