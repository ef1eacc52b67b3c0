// SPDX-License-Identifier: MIT

/** Register addresses (BMP280 datasheet section 4, BME280 datasheet section 5). */
export const register = Object.freeze({
  calibration: 0x88,
  /** Second block of the calibration; BME280 only. */
  humidityCalibration: 0xe1,
  controlHumidity: 0xf2,
  status: 0xf3,
  controlMeasurement: 0xf4,
  config: 0xf5,
});

/** 0x88–0xA1. */
export const calibrationLength = 26;
/** 0xE1–0xE7. */
export const humidityCalibrationLength = 7;
/** From the status register to the end of the temperature, and of the humidity. */
export const resultLength = Object.freeze({ BMP280: 10, BME280: 12 });

/** Bits of the status register. */
export const status = Object.freeze({ measuring: 0x08, updating: 0x01 });
/** One measurement, then sleep: bits 1:0 of the measurement control register. */
export const forcedMode = 0x01;

/** What the chip gives for a quantity that it has not measured. */
export const skipped = Object.freeze({ wide: 0x80000, humidity: 0x8000 });

export type Model = "BMP280" | "BME280";

/** The model behind the id register; 0x56 and 0x57 are engineering samples of the BMP280. */
export function modelOf(id: number): Model | undefined {
  if (id === 0x60) return "BME280";
  return id === 0x58 || id === 0x57 || id === 0x56 ? "BMP280" : undefined;
}
