// SPDX-License-Identifier: MIT

import type { CCS811Settings } from "../ccs811-options.ts";
import type { DriveMode } from "../encoding/drive-mode.ts";
import { encodeEnvData, standardAir } from "../encoding/env-data.ts";
import { measModeBit } from "../encoding/registers.ts";
import type { Thresholds } from "../encoding/thresholds.ts";

const standardEnvData = encodeEnvData(standardAir.humidityPercent, standardAir.temperature);

/** What the user wants, and what of it the chip has not been told yet. */
export class LiveSettings {
  readonly #hasInterrupt: boolean;
  #envData = standardEnvData;
  /** Undefined while nobody knows what the chip has been told. */
  #sentEnvData: number | undefined;
  #humidityPercent: number = standardAir.humidityPercent;
  #temperature: number = standardAir.temperature;
  #mode: DriveMode = 1;
  #thresholds: Thresholds | undefined;
  #areThresholdsNew = false;
  keepRunning = false;

  constructor(settings: CCS811Settings, hasInterrupt: boolean) {
    this.#hasInterrupt = hasInterrupt;
    this.apply(settings);
  }

  /** Takes over what is named; it has been checked. */
  apply(settings: CCS811Settings): void {
    this.#mode = settings.mode ?? this.#mode;
    this.keepRunning = settings.keepRunning ?? this.keepRunning;
    if (settings.thresholds) {
      this.#thresholds = { ...settings.thresholds };
      this.#areThresholdsNew = true;
    }
    const { humidityPercent = this.#humidityPercent, temperature = this.#temperature } = settings;
    if (humidityPercent === this.#humidityPercent && temperature === this.#temperature) return;
    this.#humidityPercent = humidityPercent;
    this.#temperature = temperature;
    this.#envData = encodeEnvData(humidityPercent, temperature);
  }

  get mode(): DriveMode {
    return this.#mode;
  }

  get thresholds(): Thresholds | undefined {
    return this.#thresholds;
  }

  /** The four bytes of ENV_DATA, the first the highest. */
  get envData(): number {
    return this.#envData;
  }

  /** Whether nINT calls for every sample: it is wired, and not used for crossed thresholds. */
  get isInterruptForData(): boolean {
    return this.#hasInterrupt && this.#thresholds === undefined;
  }

  /** The byte for MEAS_MODE. */
  get measMode(): number {
    if (this.#mode === 0 || !this.#hasInterrupt) return this.#mode << 4;
    const threshold = this.isInterruptForData ? 0 : measModeBit.interruptThreshold;
    return (this.#mode << 4) | measModeBit.interruptData | threshold;
  }

  get isEnvDataNew(): boolean {
    return this.#envData !== this.#sentEnvData;
  }

  get areThresholdsNew(): boolean {
    return this.#areThresholdsNew;
  }

  /** The chip has been reset: it assumes standard air and its own thresholds. */
  noteReset(): void {
    this.#sentEnvData = standardEnvData;
    this.#areThresholdsNew = this.#thresholds !== undefined;
  }

  /** The chip was found running: nobody knows what it has been told. */
  noteUnknown(): void {
    this.#sentEnvData = undefined;
    this.#areThresholdsNew = this.#thresholds !== undefined;
  }

  noteEnvDataSent(): void {
    this.#sentEnvData = this.#envData;
  }

  noteThresholdsSent(): void {
    this.#areThresholdsNew = false;
  }
}
