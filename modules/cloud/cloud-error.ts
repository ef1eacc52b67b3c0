// SPDX-License-Identifier: MIT

import { AppError } from "../base/app-error.ts";

/** A platform that cannot be used as it is. */
export class CloudError extends AppError {
  override get name(): string {
    return "CloudError";
  }
}
