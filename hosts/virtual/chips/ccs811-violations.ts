// SPDX-License-Identifier: MIT

/** Enough for a test, bounded for a simulator that runs for weeks. */
const most = 1_000;

/**
 * What the controller did against the datasheet. Some of it depends on a state of the chip that the
 * controller cannot have known: that is excused after a brown-out, until the controller starts the
 * application again, and after a disturbed transaction, until it resets the chip.
 */
export class CCS811Violations {
  readonly #list: string[] = [];
  #excuse: "restarted" | "misled" | undefined;
  onViolation: ((text: string) => void) | undefined;

  get list(): readonly string[] {
    return this.#list;
  }

  /** A violation whatever the state of the chip. */
  always(text: string): void {
    if (this.#list.length < most) this.#list.push(text);
    this.onViolation?.(text);
  }

  /** A violation for a controller that knows the state of the chip. */
  ofState(text: string): void {
    if (this.#excuse === undefined) this.always(text);
  }

  excuse(reason: "restarted" | "misled"): void {
    if (this.#excuse !== "misled") this.#excuse = reason;
  }

  /** The controller has started the application. */
  noteStart(): void {
    if (this.#excuse === "restarted") this.#excuse = undefined;
  }

  /** The controller has reset the chip. */
  noteReset(): void {
    this.#excuse = undefined;
  }
}
