// SPDX-License-Identifier: MIT

import { AppError, type ErrorFacts } from "../modules/base/app-error.ts";

/** What a sensor error tells beyond the usual: which chip. */
export interface SensorErrorFacts extends ErrorFacts {
  /** "CCS811", "BME280", … */
  readonly chip: string;
}

/** Trouble with a sensor; its code starts with the chip in lower case, "ccs811/wrong-id". */
export class SensorError extends AppError {
  readonly chip: string;

  constructor(facts: SensorErrorFacts) {
    super(facts);
    this.chip = facts.chip;
  }

  override get name(): string {
    return "SensorError";
  }
}
