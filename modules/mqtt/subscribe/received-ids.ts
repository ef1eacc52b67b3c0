// SPDX-License-Identifier: MIT

/** Most QoS 2 ids that are remembered; brokers have 10 to 100 messages on their way at a time. */
const capacity = 128;
/** An entry is the id with these two flags: it is done with; the broker has sent it on this connection. */
const idMask = 0xffff;
const doneFlag = 0x1_0000;
const currentFlag = 0x2_0000;

/** What is known of a QoS 2 id: handed to a handler that has yet to call `ack`, or done with. */
export type ReceivedPhase = "unknown" | "pending" | "done";

/**
 * Packet ids of QoS 2 messages that were handed on and whose PUBREL has not come: the broker may
 * repeat them, the application must not see them again. Fixed size.
 */
export class ReceivedPacketIds {
  readonly #entries = new Uint32Array(capacity);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** True when no further id can be remembered. */
  get isFull(): boolean {
    return this.#count === capacity;
  }

  /** A connection of the same session begins. */
  connected(): void {
    for (let at = 0; at < this.#count; at++) {
      this.#entries[at] = this.entry(at) & ~currentFlag;
    }
  }

  phase(id: number): ReceivedPhase {
    const at = this.indexOf(id);
    if (at < 0) return "unknown";
    return this.entry(at) & doneFlag ? "done" : "pending";
  }

  /** Remembers an id, or that it is done with. */
  set(id: number, phase: "pending" | "done"): void {
    let at = this.indexOf(id);
    if (at < 0) at = this.#count++;
    this.#entries[at] = id | currentFlag | (phase === "done" ? doneFlag : 0);
  }

  /** The broker has repeated the message. */
  repeated(id: number): void {
    const at = this.indexOf(id);
    if (at >= 0) this.#entries[at] = this.entry(at) | currentFlag;
  }

  /**
   * Forgets what the broker did not repeat on this connection. It repeats what it has no PUBREC for
   * before all that is new [MQTT-4.4.0-1, MQTT-4.6.0-1]: it has released the others, or lost them.
   */
  forgetReleased(): void {
    for (let at = this.#count - 1; at >= 0; at--) {
      if ((this.entry(at) & (currentFlag | doneFlag)) === doneFlag) this.remove(at);
    }
  }

  /** PUBREL: the broker will not repeat the message. */
  delete(id: number): void {
    const at = this.indexOf(id);
    if (at >= 0) this.remove(at);
  }

  /** The broker has forgotten the session, and so do we. */
  clear(): void {
    this.#count = 0;
  }

  private remove(at: number): void {
    this.#count--;
    this.#entries[at] = this.entry(this.#count);
  }

  private entry(at: number): number {
    return this.#entries[at] ?? 0;
  }

  private indexOf(id: number): number {
    for (let at = 0; at < this.#count; at++) if ((this.entry(at) & idMask) === id) return at;
    return -1;
  }
}
