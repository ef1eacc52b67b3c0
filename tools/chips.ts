// SPDX-License-Identifier: MIT

/** A kind of chip, as those who build for it and flash it have to know it. */
export interface Chip {
  /** Its name in ESP-IDF. */
  readonly name: string;
  /** Its name for pages that flash boards. */
  readonly family: string;
  /** Its number in the header of an image (ESP-IDF, esp_chip_id_t). */
  readonly id: number;
  /** Where its ROM looks for the boot loader. */
  readonly bootloader: number;
  /** The tool of ESP-IDF that compiles for it. */
  readonly compiler: string;
}

const xtensa = "xtensa-esp-elf";

/** By the SDK's targets. */
const chips: Readonly<Record<string, Chip>> = {
  "esp32/esp32c3": {
    name: "esp32c3",
    family: "ESP32-C3",
    id: 5,
    bootloader: 0,
    compiler: "riscv32-esp-elf",
  },
  "esp32/esp32s3": {
    name: "esp32s3",
    family: "ESP32-S3",
    id: 9,
    bootloader: 0,
    compiler: xtensa,
  },
};

export const usualChip: Chip = {
  name: "esp32",
  family: "ESP32",
  id: 0,
  bootloader: 0x1000,
  compiler: xtensa,
};

/** The chip of a target of the SDK. */
export function chipOf(target: string): Chip {
  return chips[target] ?? usualChip;
}
