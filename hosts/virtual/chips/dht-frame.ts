// SPDX-License-Identifier: MIT

/**
 * How a DHT22 sends a temperature below zero: sign and magnitude as in its manual, or two's
 * complement in 16 or 12 bits as parts in the field do.
 */
export type DHTEncoding = "sign" | "complement-16" | "complement-12";

/** Five bytes of a DHT22: tenths, the high byte first, then the checksum. */
export function dht22Frame(temperature: number, humidity: number, encoding: DHTEncoding) {
  const rh = clamp(Math.round(humidity * 10), 0, 1_000);
  const t = clamp(Math.round(temperature * 10), -400, 1_250);
  const word = t < 0 ? negative(-t, encoding) : t;
  return withChecksum(rh >> 8, rh & 0xff, word >> 8, word & 0xff);
}

/** Five bytes of a DHT11 of the newer kind: tenths, and the sign in bit 7 of the fourth. */
export function dht11Frame(temperature: number, humidity: number) {
  const t = clamp(Math.round(temperature * 10), -200, 600);
  const size = Math.abs(t);
  const tenths = (size % 10) | (t < 0 ? 0x80 : 0);
  return withChecksum(clamp(Math.round(humidity), 5, 95), 0, Math.floor(size / 10), tenths);
}

function negative(size: number, encoding: DHTEncoding): number {
  if (encoding === "sign") return 0x8000 | size;
  return encoding === "complement-16" ? 0x10000 - size : 0x1000 - size;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

function withChecksum(b0: number, b1: number, b2: number, b3: number): Uint8Array {
  return Uint8Array.of(b0, b1, b2, b3, (b0 + b1 + b2 + b3) & 0xff);
}
