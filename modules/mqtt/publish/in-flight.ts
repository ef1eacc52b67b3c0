// SPDX-License-Identifier: MIT

import type { OutgoingMessage } from "./outgoing-message.ts";

/**
 * QoS 1 and 2 messages that were sent and are not confirmed, by packet id. Two lists, because the
 * order of PUBREL follows the order of PUBREC, not that of PUBLISH [MQTT-4.6.0-4].
 */
export class InFlightMessages {
  #sent: OutgoingMessage[] = [];
  /** Those whose PUBREC has come. */
  #released: OutgoingMessage[] = [];

  /** Messages on their way. */
  get count(): number {
    return this.#sent.length + this.#released.length;
  }

  /** True when the id belongs to a message on its way. */
  has(id: number): boolean {
    const sent = this.#sent;
    for (let i = 0; i < sent.length; i++) if (sent[i]?.id === id) return true;
    return this.#released.length > 0 && indexOf(this.#released, id) >= 0;
  }

  /** Adds a message with its id that is about to be sent, or its PUBREL. */
  add(message: OutgoingMessage): void {
    if (message.awaitsPubcomp) this.#released.push(message);
    else this.#sent.push(message);
  }

  /** PUBACK: the finished message; undefined for an id that does not wait for one. */
  onPuback(id: number): OutgoingMessage | undefined {
    const sent = this.#sent;
    const first = sent[0];
    // A broker confirms in order: it is nearly always the first.
    if (first?.id === id && first.QoS === 1) return sent.shift();
    const at = indexOf(sent, id);
    return sent[at]?.QoS === 1 ? takeOut(sent, at) : undefined;
  }

  /**
   * PUBREC: the message whose PUBREL is to be sent; undefined for an id that does not wait for one,
   * such as that of a QoS 1 message.
   */
  onPubrec(id: number): OutgoingMessage | undefined {
    const at = indexOf(this.#sent, id);
    if (at < 0) return this.#released[indexOf(this.#released, id)];
    if (this.#sent[at]?.QoS !== 2) return undefined;
    const message = takeOut(this.#sent, at);
    if (message) this.#released.push(message);
    return message;
  }

  /** PUBCOMP: the finished message; undefined for an id that does not wait for one. */
  onPubcomp(id: number): OutgoingMessage | undefined {
    return takeOut(this.#released, indexOf(this.#released, id));
  }

  /** The broker has our session: everything is to be repeated, as it was. */
  resume(): void {
    for (const message of this.#released) message.needsSend = true;
    for (const message of this.#sent) message.needsSend = true;
  }

  /** The broker has no session: gives all messages out, to be sent as new. They keep their ids. */
  restart(): OutgoingMessage[] {
    const all = this.all();
    this.clear();
    for (const message of all) {
      message.duplicate = false;
      message.awaitsPubcomp = false;
      message.needsSend = false;
    }
    return all;
  }

  /** The next message that has to be repeated: PUBREL first, then messages, each in order. */
  nextToSend(): OutgoingMessage | undefined {
    return firstToSend(this.#released) ?? firstToSend(this.#sent);
  }

  /** The oldest of `sentAt`; undefined when nothing is on its way. */
  get oldest(): number | undefined {
    const oldest = oldestOf(this.#sent, oldestOf(this.#released, Infinity));
    return oldest === Infinity ? undefined : oldest;
  }

  /** Forgets all. */
  clear(): void {
    this.#sent = [];
    this.#released = [];
  }

  /** All messages on their way. */
  all(): OutgoingMessage[] {
    return [...this.#released, ...this.#sent];
  }
}

// Loops by index: they run for each packet, and on XS an iterator costs several times as much.

function indexOf(messages: readonly OutgoingMessage[], id: number): number {
  for (let i = 0; i < messages.length; i++) if (messages[i]?.id === id) return i;
  return -1;
}

function takeOut(messages: OutgoingMessage[], at: number): OutgoingMessage | undefined {
  if (at === 0) return messages.shift();
  return at < 0 ? undefined : messages.splice(at, 1)[0];
}

function firstToSend(messages: readonly OutgoingMessage[]): OutgoingMessage | undefined {
  for (let i = 0; i < messages.length; i++) {
    const message = messages[i];
    if (message?.needsSend) return message;
  }
  return undefined;
}

// What has yet to be written on this connection, nobody can have confirmed.
function oldestOf(messages: readonly OutgoingMessage[], limit: number): number {
  let oldest = limit;
  for (let i = 0; i < messages.length; i++) {
    const { needsSend, sentAt } = messages[i] as OutgoingMessage;
    if (!needsSend && sentAt < oldest) oldest = sentAt;
  }
  return oldest;
}
