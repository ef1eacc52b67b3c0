// SPDX-License-Identifier: MIT

/** Bytes of one application image. */
export const ccs811ImageLength = 5_120;

const eraseBit = 0x40;
const verifyBit = 0x20;
const validBit = 0x10;

/** The part of the CCS811 that is always there: it holds, erases and programs the application. */
export class CCS811BootLoader {
  /** Whether APP_VERIFY finds a complete image good; for tests of a bad one. */
  acceptsImage = true;
  #image = new Uint8Array(0);
  #written = 0;
  #valid: boolean;
  #erased = false;
  #verified = false;
  #aborted = false;

  constructor(hasApplication: boolean) {
    this.#valid = hasApplication;
  }

  /** STATUS bits 6:4 in boot mode. */
  get status(): number {
    const verified = this.#verified || this.#aborted ? verifyBit : 0;
    return (this.#erased ? eraseBit : 0) | verified | (this.#valid ? validBit : 0);
  }

  get isValid(): boolean {
    return this.#valid;
  }

  /** Since the last reset an image has been programmed and found good. */
  get hasNewImage(): boolean {
    return this.#valid && this.#written > 0;
  }

  /** HW_ID, HW_VERSION, FW_BOOT_VERSION or FW_APP_VERSION, by its mailbox number. */
  identityOf(mailbox: number, version: number): readonly number[] {
    const isWord = mailbox === 0x23 || mailbox === 0x24;
    // One part was seen like this after its update had been cut short.
    if (this.#aborted) return isWord ? [0xfd, 0xfd] : [0xfd];
    if (mailbox === 0x20) return [0x81];
    if (mailbox === 0x21) return [0x12];
    if (mailbox === 0x23) return [0x10, 0x00];
    return this.#valid ? [version >> 8, version & 0xff] : [0xff, 0xff];
  }

  /** Bytes programmed since the last erase. */
  get image(): Uint8Array {
    return this.#image.slice(0, this.#written);
  }

  erase(): void {
    this.#image = new Uint8Array(ccs811ImageLength);
    this.#written = 0;
    this.#valid = false;
    this.#erased = true;
    this.#verified = false;
  }

  /** Programs the next 8 bytes; returns what was wrong. */
  program(bytes: Uint8Array): string | undefined {
    this.#erased = false;
    if (this.#valid || this.#image.length === 0) return "APP_DATA without APP_ERASE";
    const offset = this.#written;
    this.#written += bytes.length;
    if (this.#written > ccs811ImageLength) return `APP_DATA beyond ${ccs811ImageLength} bytes`;
    this.#image.set(bytes, offset);
    return undefined;
  }

  /** Checks the image, or the application when there was no update; returns what was wrong. */
  verify(): string | undefined {
    this.#erased = false;
    this.#verified = true;
    if (this.#valid) return undefined;
    const isComplete = this.#written === ccs811ImageLength;
    this.#valid = isComplete && this.acceptsImage;
    if (this.#valid) this.#aborted = false;
    return isComplete ? undefined : `APP_VERIFY after ${this.#written} bytes`;
  }

  /** Clears the bits of the update; false without a valid application. */
  start(): boolean {
    this.#erased = false;
    this.#verified = false;
    return this.#valid;
  }

  /** After any reset; an update that was not finished leaves an aborted part. */
  reset(): void {
    if (!this.#valid && this.#image.length > 0) this.#aborted = true;
    this.#erased = false;
    this.#verified = false;
    this.#image = new Uint8Array(0);
    this.#written = 0;
  }
}
