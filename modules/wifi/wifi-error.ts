// SPDX-License-Identifier: MIT

import { AppError } from "../base/app-error.ts";

/** The Wi-Fi manager cannot do what it was asked for. */
export class WiFiError extends AppError {
  override get name(): string {
    return "WiFiError";
  }
}
