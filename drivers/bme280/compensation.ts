// SPDX-License-Identifier: MIT

import type { Calibration, HumidityCalibration } from "./calibration.ts";

/*
 * The floating-point forms of the datasheets' compensation (BMP280 section 8.1, BME280 section 8.1
 * and 4.2.3). Their error is far below the sensor's, and they need no 64-bit integers. The fine
 * temperature is not truncated.
 */

/** Fine temperature from the raw 20-bit value: what pressure and humidity are corrected with. */
export function fineTemperatureOf(raw: number, { T1, T2, T3 }: Calibration): number {
  const linear = (raw / 16_384 - T1 / 1_024) * T2;
  const difference = raw / 131_072 - T1 / 8_192;
  return linear + difference * difference * T3;
}

/** °C from the fine temperature. */
export function temperatureOf(fine: number): number {
  return fine / 5_120;
}

/** Pa from the raw 20-bit value; undefined when the calibration would make it divide by zero. */
export function pressureOf(raw: number, fine: number, c: Calibration): number | undefined {
  const u = fine / 2 - 64_000;
  const offset = ((u * u * c.P6) / 32_768 + 2 * u * c.P5) / 4 + c.P4 * 65_536;
  const slope = ((c.P3 * u * u) / 524_288 + c.P2 * u) / 524_288;
  const sensitivity = (1 + slope / 32_768) * c.P1;
  if (sensitivity === 0) return undefined;
  const p = ((1_048_576 - raw - offset / 4_096) * 6_250) / sensitivity;
  return p + ((c.P9 * p * p) / 2_147_483_648 + (p * c.P8) / 32_768 + c.P7) / 16;
}

/** Relative humidity in percent, 0–100, from the raw 16-bit value. */
export function humidityOf(raw: number, fine: number, c: HumidityCalibration): number {
  const h = fine - 76_800;
  const offset = 64 * c.H4 + (c.H5 / 16_384) * h;
  const curve = 1 + (c.H6 / 67_108_864) * h * (1 + (c.H3 / 67_108_864) * h);
  const linear = (raw - offset) * (c.H2 / 65_536) * curve;
  return Math.min(100, Math.max(0, linear * (1 - (c.H1 * linear) / 524_288)));
}
