// SPDX-License-Identifier: MIT

/** Trimming values of the humidity part; the names are the datasheet's. */
export interface HumidityCalibration {
  readonly H1: number;
  readonly H2: number;
  readonly H3: number;
  readonly H4: number;
  readonly H5: number;
  readonly H6: number;
}

/** Trimming values of one chip; the names are the datasheet's. */
export interface Calibration {
  readonly T1: number;
  readonly T2: number;
  readonly T3: number;
  readonly P1: number;
  readonly P2: number;
  readonly P3: number;
  readonly P4: number;
  readonly P5: number;
  readonly P6: number;
  readonly P7: number;
  readonly P8: number;
  readonly P9: number;
  /** Absent in a BMP280. */
  readonly humidity?: HumidityCalibration;
}

/**
 * Decodes the calibration block: `block` is 0x88–0xA1 (26 bytes), `humidityBlock` 0xE1–0xE7
 * (7 bytes), absent for a BMP280. Undefined when the bytes can not be a calibration: never written,
 * or not read (BME280 datasheet, section 4.2.2).
 */
export function decodeCalibration(
  block: Uint8Array,
  humidityBlock?: Uint8Array,
): Calibration | undefined {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const signed = (offset: number) => view.getInt16(offset, true);
  const T1 = view.getUint16(0, true);
  const P1 = view.getUint16(6, true);
  if (isBlank(T1) || isBlank(P1)) return undefined;
  const pressureAndTemperature = {
    T1,
    T2: signed(2),
    T3: signed(4),
    P1,
    P2: signed(8),
    P3: signed(10),
    P4: signed(12),
    P5: signed(14),
    P6: signed(16),
    P7: signed(18),
    P8: signed(20),
    P9: signed(22),
  };
  if (!humidityBlock) return pressureAndTemperature;
  const humidity = decodeHumidity(view.getUint8(25), humidityBlock);
  return isBlank(humidity.H2 & 0xffff) ? undefined : { ...pressureAndTemperature, humidity };
}

/** H4 and H5 share a byte; each is signed by its high byte (BME280 datasheet, table 16). */
function decodeHumidity(H1: number, block: Uint8Array): HumidityCalibration {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const shared = view.getUint8(4);
  return {
    H1,
    H2: view.getInt16(0, true),
    H3: view.getUint8(2),
    H4: (view.getInt8(3) << 4) | (shared & 0x0f),
    H5: (view.getInt8(5) << 4) | (shared >> 4),
    H6: view.getInt8(6),
  };
}

function isBlank(word: number): boolean {
  return word === 0 || word === 0xffff;
}
