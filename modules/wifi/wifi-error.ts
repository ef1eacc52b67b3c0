// SPDX-License-Identifier: MIT

import { AppError } from "../base/app-error.ts";

/** A mistake in what the Wi-Fi manager was told. */
export class WiFiError extends AppError {
  override get name(): string {
    return "WiFiError";
  }
}
