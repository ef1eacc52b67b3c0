// SPDX-License-Identifier: MIT

/** What a request is answered with when it cannot be done: an HTTP status and words for the user. */
export class PageError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }

  override get name(): string {
    return "PageError";
  }
}
