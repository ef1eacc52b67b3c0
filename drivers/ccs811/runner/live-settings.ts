// SPDX-License-Identifier: MIT

import type { CCS811Settings } from "../ccs811-options.ts";
import type { DriveMode } from "../encoding/drive-mode.ts";
import { encodeEnvData, standardAir } from "../encoding/env-data.ts";
import { measModeBit } from "../encoding/registers.ts";
import { AirWatch } from "./air-watch.ts";
import { InterruptCalls } from "./interrupt-calls.ts";

const standardEnvData = encodeEnvData(standardAir.humidityPercent, standardAir.temperature);

/** What the user wants, and what of it the chip has not been told yet. */
export class LiveSettings {
  /** Undefined: nINT is not wired. */
  readonly calls: InterruptCalls | undefined;
  #envData = standardEnvData;
  /** Undefined while nobody knows what the chip has been told. */
  #sentEnvData: number | undefined;
  #humidityPercent: number = standardAir.humidityPercent;
  #temperature: number = standardAir.temperature;
  #mode: DriveMode = 1;
  /** Undefined: there are no thresholds. */
  air: AirWatch | undefined;
  keepRunning = false;

  constructor(settings: CCS811Settings, hasInterrupt: boolean) {
    this.calls = hasInterrupt ? new InterruptCalls() : undefined;
    this.apply(settings);
  }

  /** Takes over what is named; it has been checked. */
  apply(settings: CCS811Settings): void {
    this.#mode = settings.mode ?? this.#mode;
    this.keepRunning = settings.keepRunning ?? this.keepRunning;
    const { thresholds } = settings;
    if (thresholds) this.air = new AirWatch(thresholds, this.air?.range);
    const { humidityPercent = this.#humidityPercent, temperature = this.#temperature } = settings;
    if (humidityPercent === this.#humidityPercent && temperature === this.#temperature) return;
    this.#humidityPercent = humidityPercent;
    this.#temperature = temperature;
    this.#envData = encodeEnvData(humidityPercent, temperature);
  }

  get mode(): DriveMode {
    return this.#mode;
  }

  /** The four bytes of ENV_DATA, the first the highest. */
  get envData(): number {
    return this.#envData;
  }

  /** nINT, when it is to call for every sample: it is wired, and not used for crossed thresholds. */
  get dataCalls(): InterruptCalls | undefined {
    return this.air ? undefined : this.calls;
  }

  /** The byte for MEAS_MODE. */
  get measMode(): number {
    if (this.#mode === 0 || !this.calls) return this.#mode << 4;
    const threshold = this.air ? measModeBit.interruptThreshold : 0;
    return (this.#mode << 4) | measModeBit.interruptData | threshold;
  }

  get isEnvDataNew(): boolean {
    return this.#envData !== this.#sentEnvData;
  }

  /** The chip has been reset: it assumes standard air and its own thresholds. */
  noteReset(): void {
    this.#sentEnvData = standardEnvData;
    if (this.air) this.air.isNew = true;
  }

  /** The chip was found running: nobody knows what it has been told. */
  noteUnknown(): void {
    this.#sentEnvData = undefined;
    if (this.air) this.air.isNew = true;
  }

  noteEnvDataSent(): void {
    this.#sentEnvData = this.#envData;
  }
}
