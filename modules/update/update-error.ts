// SPDX-License-Identifier: MIT

import { AppError, messageOf } from "../base/app-error.ts";
import { frozen } from "../base/frozen.ts";

/** Why an image is not taken: what happened and what to do, by code. */
const failures = frozen({
  "update/unsigned": [
    "this is no signed image",
    "npm run build:esp32 makes one beside the plain image when there is a key",
  ],
  "update/no-key": [
    "this board takes no updates",
    "make a key with npm run keys, and give its public half as update.key",
  ],
  "update/wrong-key": ["the image is signed with another key than update.key", undefined],
  "update/chip": ["the image is for another chip", undefined],
  "update/board": ["the image is for another board", undefined],
  "update/older": ["the image is no newer than what runs", "add force to take it all the same"],
  "update/too-large": ["the image is larger than its place in flash memory", undefined],
  "update/damaged": ["the image is not what was signed", "copy it to the server again"],
  "update/truncated": ["the image ends too early", "copy it to the server again"],
  "update/flash": ["the flash memory does not take the image", undefined],
  "update/address": ["the address cannot be used", "write it as https://host/path"],
  "update/refused": ["the server does not give the image", "check the address"],
  "update/given-up": ["the image could not be fetched", "try again when the server is there"],
  "update/busy": ["an update is going on", "update cancel ends it"],
  "update/ready": ["the new firmware starts in a moment", undefined],
  "update/settings": [
    "the settings of this build cannot be stored, and the new firmware has none",
    "reset some that are not needed",
  ],
  "update/on-trial": [
    "the firmware that runs is on trial itself",
    "try again when it has confirmed",
  ],
  "update/no-slots": ["this board has no second place for the firmware", undefined],
} as const);

export type UpdateFailure = keyof typeof failures;

/** An update that is not made. What runs is not touched. */
export class UpdateError extends AppError {
  override get name(): string {
    return "UpdateError";
  }
}

/** The error for an update that is not made; `why`: in words, or what was thrown. */
export function updateError(code: UpdateFailure, why?: string): UpdateError {
  const [what, todo] = failures[code];
  return new UpdateError({
    code,
    what,
    ...(why !== undefined && { why }),
    ...(todo !== undefined && { todo }),
  });
}

/** What was thrown while an image was written, as such an error. */
export function updateErrorOf(error: unknown): UpdateError {
  return error instanceof UpdateError ? error : updateError("update/flash", messageOf(error));
}
