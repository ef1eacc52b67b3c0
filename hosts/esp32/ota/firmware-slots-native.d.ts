// SPDX-License-Identifier: MIT

/** ESP-IDF's app_update; what fails throws an Error with the number of ESP-IDF. */
export const slotsNative: {
  /** Number of the slot that runs; -1: there is one place only. */
  running(): number;
  /** Bytes of the other slot; 0: there is none. */
  size(): number;
  /** A number of `esp_chip_id_t`. */
  chip(): number;
  isOnTrial(): boolean;
  /** Opens the other slot. */
  begin(): void;
  write(bytes: Uint8Array): void;
  /** Looks whether it is an image, and lets the next start be from it. */
  complete(): void;
  abort(): void;
  /** Ends the trial of the firmware that runs. */
  confirm(): void;
};
