// SPDX-License-Identifier: MIT

/**
 * Two places for the firmware in flash memory: it runs from one, and the other can take a new image.
 * After a start from a new image the firmware is on trial: unless it confirms, the next start goes back.
 */
export interface FirmwareSlots {
  /** The slot that runs, 0 or 1. */
  readonly running: number;
  /** What an image has to be for: number of the chip in the header of its images (ESP-IDF, esp_chip_id_t). */
  readonly chip: number;
  /** Name of the kind of board. */
  readonly board: string;
  /** Version of the firmware that runs. */
  readonly version: string;
  /** Bytes that an image may have. */
  readonly size: number;
  /** The settings of the build are part of the image that runs: the next one is without them. */
  readonly hasSettings: boolean;
  /** The firmware that runs has not been confirmed yet. */
  readonly isOnTrial: boolean;
  /** Opens the other slot for an image of so many bytes. Throws what the flash memory throws. */
  open(byteLength: number): SlotWriter;
  /** From now on every start is from the slot that runs. */
  confirm(): void;
  /** Goes back to the other slot, and starts again. */
  rollBack(): void;
}

/** The other slot, being written. */
export interface SlotWriter {
  /** Writes the next bytes; throws when they cannot be written. */
  write(bytes: Uint8Array): void;
  /** All has been written: the next start is from here, on trial. Throws when it is no image. Ends it. */
  complete(): void;
  /** Ends it; what was written is of no use. */
  close(): void;
}
