// SPDX-License-Identifier: MIT

/** What every error of ours tells a user, apart from the stack. */
export interface ErrorFacts {
  /** Stable name, "part/what", for example "ccs811/wrong-id". */
  readonly code: string;
  /** What happened. */
  readonly what: string;
  /** Why, with the measured value. */
  readonly why?: string;
  /** What the user can do. */
  readonly todo?: string;
  readonly cause?: unknown;
}

/**
 * Root of all errors of the firmware. The message is one line: what happened, why, what to do.
 * It never holds a secret.
 */
export class AppError extends Error {
  readonly code: string;

  constructor(facts: ErrorFacts) {
    const { code, what, why, todo, cause } = facts;
    let message = what;
    if (why !== undefined) message += `: ${why}`;
    if (todo !== undefined) message += `; ${todo}`;
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }

  // A getter, because assigning `name` throws on XS once Error.prototype is frozen.
  override get name(): string {
    return "AppError";
  }
}

/** The text of anything thrown, in one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll("\n", " ");
}
