// SPDX-License-Identifier: MIT

import { AppError } from "../modules/base/app-error.ts";

/** Trouble with a sensor; its code begins with the driver's name, "ccs811/wrong-id". */
export class SensorError extends AppError {
  /** The driver's name: what stands before "/" in the code. */
  get chip(): string {
    return this.code.slice(0, Math.max(0, this.code.indexOf("/")));
  }

  override get name(): string {
    return "SensorError";
  }
}
