// SPDX-License-Identifier: MIT

import type { OutgoingMessage } from "./outgoing-message.ts";

/**
 * QoS 1 and 2 messages that were sent and are not confirmed, by packet id. Two lists, because the
 * order of PUBREL follows the order of PUBREC, not that of PUBLISH [MQTT-4.6.0-4].
 */
export class OutgoingDeliveries {
  #sent: OutgoingMessage[] = [];
  #released: OutgoingMessage[] = [];

  /** Messages on their way. */
  get count(): number {
    return this.#sent.length + this.#released.length;
  }

  /** True when the id belongs to a message on its way. */
  has(id: number): boolean {
    for (const message of this.#sent) if (message.id === id) return true;
    for (const message of this.#released) if (message.id === id) return true;
    return false;
  }

  /** Adds a message with its id that is about to be sent, or its PUBREL. */
  add(message: OutgoingMessage): void {
    if (message.released) this.#released.push(message);
    else this.#sent.push(message);
  }

  /** PUBACK: the finished message; undefined for an id that does not wait for one. */
  acknowledged(id: number): OutgoingMessage | undefined {
    const at = this.#sent.findIndex((message) => message.id === id && message.facts.QoS === 1);
    return at < 0 ? undefined : this.#sent.splice(at, 1)[0];
  }

  /** PUBREC: the message whose PUBREL is to be sent; undefined for an unknown id. */
  received(id: number): OutgoingMessage | undefined {
    const at = this.#sent.findIndex((message) => message.id === id && message.facts.QoS === 2);
    if (at < 0) return this.#released.find((message) => message.id === id);
    const [message] = this.#sent.splice(at, 1);
    if (message) this.#released.push(message);
    return message;
  }

  /** PUBCOMP: the finished message; undefined for an id that does not wait for one. */
  completed(id: number): OutgoingMessage | undefined {
    const at = this.#released.findIndex((message) => message.id === id);
    return at < 0 ? undefined : this.#released.splice(at, 1)[0];
  }

  /** The broker has our session: everything is to be repeated, as it was. */
  resume(): void {
    for (const message of this.#released) message.due = true;
    for (const message of this.#sent) message.due = true;
  }

  /** The broker has no session: gives all messages out, to be sent as new. They keep their ids. */
  restart(): OutgoingMessage[] {
    const all = [...this.#released, ...this.#sent];
    this.#released = [];
    this.#sent = [];
    for (const message of all) {
      message.sent = false;
      message.released = false;
      message.due = false;
    }
    return all;
  }

  /** The next message that has to be repeated: PUBREL first, then messages, each in order. */
  nextDue(): OutgoingMessage | undefined {
    return this.#released.find(isDue) ?? this.#sent.find(isDue);
  }

  /** The oldest of `sentAt`; undefined when nothing is on its way. */
  get oldest(): number | undefined {
    const oldest = Math.min(oldestOf(this.#sent), oldestOf(this.#released));
    return oldest === Infinity ? undefined : oldest;
  }

  /** Forgets all. */
  clear(): void {
    this.#sent = [];
    this.#released = [];
  }

  /** All messages on their way. */
  all(): readonly OutgoingMessage[] {
    return [...this.#released, ...this.#sent];
  }
}

// What has yet to be written on this connection, nobody can have confirmed.
function oldestOf(messages: readonly OutgoingMessage[]): number {
  let oldest = Infinity;
  for (const { due, sentAt } of messages) if (!due && sentAt < oldest) oldest = sentAt;
  return oldest;
}

function isDue(message: OutgoingMessage): boolean {
  return message.due;
}
