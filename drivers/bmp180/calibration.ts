// SPDX-License-Identifier: MIT

/** Trimming values of one chip; the names are the datasheet's. */
export interface Calibration {
  readonly AC1: number;
  readonly AC2: number;
  readonly AC3: number;
  readonly AC4: number;
  readonly AC5: number;
  readonly AC6: number;
  readonly B1: number;
  readonly B2: number;
  readonly MB: number;
  readonly MC: number;
  readonly MD: number;
}

/**
 * Decodes the calibration block 0xAA–0xBF (22 bytes, big endian). Undefined when a word is 0 or
 * 0xFFFF, which the datasheet excludes (section 3.4): the bytes were not read well.
 */
export function decodeCalibration(block: Uint8Array): Calibration | undefined {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  for (let offset = 0; offset < 22; offset += 2) {
    const word = view.getUint16(offset);
    if (word === 0 || word === 0xffff) return undefined;
  }
  return {
    AC1: view.getInt16(0),
    AC2: view.getInt16(2),
    AC3: view.getInt16(4),
    AC4: view.getUint16(6),
    AC5: view.getUint16(8),
    AC6: view.getUint16(10),
    B1: view.getInt16(12),
    B2: view.getInt16(14),
    MB: view.getInt16(16),
    MC: view.getInt16(18),
    MD: view.getInt16(20),
  };
}
