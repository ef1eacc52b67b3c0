// SPDX-License-Identifier: MIT

/** A wrong option; the message is one line for the user. */
export class OptionError extends Error {
  override get name(): string {
    return "OptionError";
  }
}
