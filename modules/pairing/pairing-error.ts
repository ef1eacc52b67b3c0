// SPDX-License-Identifier: MIT

import { AppError } from "../base/app-error.ts";

/** A pair that cannot be made or used. */
export class PairingError extends AppError {
  override get name(): string {
    return "PairingError";
  }
}
