// SPDX-License-Identifier: MIT

/** Most QoS 2 ids that are remembered; brokers have 10 to 100 messages on their way at a time. */
const CAPACITY = 128;

/** What is known of a QoS 2 id: handed to a handler that has yet to call `ack`, or done with. */
export type IncomingPhase = "unknown" | "pending" | "done";

/**
 * QoS 2 messages that were handed on and whose PUBREL has not come: the broker may repeat them, the
 * application must not see them again. Fixed size.
 */
export class IncomingDeliveries {
  readonly #ids = new Uint16Array(CAPACITY);
  readonly #done = new Uint8Array(CAPACITY);
  #count = 0;

  /** True when no further id can be remembered. */
  get full(): boolean {
    return this.#count === CAPACITY;
  }

  phase(id: number): IncomingPhase {
    const at = this.#indexOf(id);
    if (at < 0) return "unknown";
    return this.#done[at] === 1 ? "done" : "pending";
  }

  /** Remembers an id, or that it is done with. */
  set(id: number, phase: "pending" | "done"): void {
    let at = this.#indexOf(id);
    if (at < 0) at = this.#count++;
    this.#ids[at] = id;
    this.#done[at] = phase === "done" ? 1 : 0;
  }

  /** PUBREL: the broker will not repeat the message. */
  delete(id: number): void {
    const at = this.#indexOf(id);
    if (at < 0) return;
    this.#count--;
    this.#ids[at] = this.#ids[this.#count] ?? 0;
    this.#done[at] = this.#done[this.#count] ?? 0;
  }

  /** The broker has forgotten the session, and so do we. */
  clear(): void {
    this.#count = 0;
  }

  #indexOf(id: number): number {
    for (let i = 0; i < this.#count; i++) if (this.#ids[i] === id) return i;
    return -1;
  }
}
