// SPDX-License-Identifier: MIT

import { AppError } from "../base/app-error.ts";

/** A command that does not exist or was given wrong words. */
export class CommandError extends AppError {
  override get name(): string {
    return "CommandError";
  }
}

/** Words that a command cannot take: what is wrong; the commander adds how it is used. */
export class UsageError extends CommandError {
  constructor(what: string) {
    super({ code: "console/usage", what });
  }

  override get name(): string {
    return "UsageError";
  }
}
