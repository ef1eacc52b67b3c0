// SPDX-License-Identifier: MIT

import { AppError } from "../../../modules/base/app-error.ts";

/** What goes wrong with the pulse capture itself: codes "pulses/…". */
export class PulseSourceError extends AppError {
  override get name(): string {
    return "PulseSourceError";
  }
}
