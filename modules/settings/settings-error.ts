// SPDX-License-Identifier: MIT

import { AppError } from "../base/app-error.ts";

/** A setting that does not exist, a value that is not allowed, or a store that does not work. */
export class SettingsError extends AppError {
  override get name(): string {
    return "SettingsError";
  }
}
