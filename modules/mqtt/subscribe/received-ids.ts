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
  /** The broker has sent it on this connection. */
  readonly #current = new Uint8Array(CAPACITY);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** True when no further id can be remembered. */
  get full(): boolean {
    return this.#count === CAPACITY;
  }

  /** A connection of the same session begins. */
  connected(): void {
    this.#current.fill(0);
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
    this.#current[at] = 1;
  }

  /** The broker has repeated the message. */
  repeated(id: number): void {
    const at = this.#indexOf(id);
    if (at >= 0) this.#current[at] = 1;
  }

  /**
   * Forgets what the broker did not repeat on this connection. It repeats what it has no PUBREC for
   * before all that is new [MQTT-4.4.0-1, MQTT-4.6.0-1]: it has released the others, or lost them.
   */
  forgetReleased(): void {
    for (let at = this.#count - 1; at >= 0; at--) {
      if (this.#current[at] === 0 && this.#done[at] === 1) this.#remove(at);
    }
  }

  /** PUBREL: the broker will not repeat the message. */
  delete(id: number): void {
    const at = this.#indexOf(id);
    if (at >= 0) this.#remove(at);
  }

  /** The broker has forgotten the session, and so do we. */
  clear(): void {
    this.#count = 0;
  }

  #remove(at: number): void {
    this.#count--;
    this.#ids[at] = this.#ids[this.#count] ?? 0;
    this.#done[at] = this.#done[this.#count] ?? 0;
    this.#current[at] = this.#current[this.#count] ?? 0;
  }

  #indexOf(id: number): number {
    for (let i = 0; i < this.#count; i++) if (this.#ids[i] === id) return i;
    return -1;
  }
}
