// SPDX-License-Identifier: MIT

import { crc8 } from "../crc8.ts";

/** Bytes of status, two values of 20 bits, and a checksum over all of them (AHT20 datasheet, 5.4). */
export const frameLength = 7;

/** Bits of the status byte. */
export const status = Object.freeze({ busy: 0x80, calibrated: 0x08 });

/** Whether the frame's checksum is right. */
export function isWhole(frame: Uint8Array): boolean {
  return crc8(frame, 0, frameLength - 1, 0xff) === frame[frameLength - 1];
}

/** Relative humidity in percent, 0–100; undefined for 0, which a chip gives that has measured nothing. */
export function humidityOf(frame: Uint8Array): number | undefined {
  const [, high = 0, middle = 0, low = 0] = frame;
  return scaled((high << 12) | (middle << 4) | (low >> 4), 100);
}

/** °C, −50 to 150; undefined for 0, as above. */
export function temperatureOf(frame: Uint8Array): number | undefined {
  const [, , , high = 0, middle = 0, low = 0] = frame;
  const value = scaled(((high & 0x0f) << 16) | (middle << 8) | low, 200);
  return value === undefined ? undefined : value - 50;
}

function scaled(raw: number, range: number): number | undefined {
  return raw === 0 ? undefined : (raw * range) / 0x100000;
}
