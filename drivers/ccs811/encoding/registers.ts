// SPDX-License-Identifier: MIT

/** Mailboxes (DS 1.6, tables of boot and application registers). Numbers do not count on by themselves. */
export const mailbox = Object.freeze({
  status: 0x00,
  measMode: 0x01,
  result: 0x02,
  rawData: 0x03,
  envData: 0x05,
  thresholds: 0x10,
  baseline: 0x11,
  hardwareId: 0x20,
  hardwareVersion: 0x21,
  bootVersion: 0x23,
  applicationVersion: 0x24,
  errorId: 0xe0,
  appStart: 0xf4,
  softwareReset: 0xff,
});

/** Bits of STATUS. */
export const statusBit = Object.freeze({
  application: 0x80,
  erased: 0x40,
  verified: 0x20,
  valid: 0x10,
  dataReady: 0x08,
  error: 0x01,
});

/** Bits of MEAS_MODE below the drive mode. */
export const measModeBit = Object.freeze({ interruptData: 0x08, interruptThreshold: 0x04 });
/** The bits of MEAS_MODE that read back as they were written. */
export const measModeMask = 0x7c;

export const hardwareId = 0x81;
/** HW_ID of a part without application; one observation in the field. */
export const abortedId = 0xfd;
/** Upper half of HW_VERSION; the lower half counts revisions. */
export const hardwareGeneration = 0x10;

/** The four bytes that have to follow SW_RESET, against accidents. */
export const softwareResetKey = 0x11e5_728a;

/**
 * Whether a STATUS byte can come from a CCS811: bits 2:1 are always 0, bits 6:5 are 0 in the
 * application. Anything else was broken on the bus.
 */
export function isPossibleStatus(status: number): boolean {
  if ((status & 0x06) !== 0) return false;
  const isApplication = (status & statusBit.application) !== 0;
  return !isApplication || (status & (statusBit.erased | statusBit.verified)) === 0;
}

/** ms that the chip needs (datasheet's timing table; the longest of what sources say). */
export const chipTime = Object.freeze({
  powerOn: 20,
  reset: 5,
  resetPulse: 2,
  wake: 1,
  appStart: 10,
});
