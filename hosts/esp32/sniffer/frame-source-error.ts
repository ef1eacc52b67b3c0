// SPDX-License-Identifier: MIT

import { AppError } from "../../../modules/base/app-error.ts";

/** What goes wrong with listening to other people's frames: codes "frames/…". */
export class FrameSourceError extends AppError {
  override get name(): string {
    return "FrameSourceError";
  }
}
