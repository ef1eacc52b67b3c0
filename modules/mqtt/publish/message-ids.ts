// SPDX-License-Identifier: MIT

import { PacketIds } from "../client/packet-ids.ts";
import type { OutgoingDeliveries } from "./in-flight.ts";
import type { Outbox } from "./outbox.ts";
import type { OutgoingMessage } from "./outgoing-message.ts";

/** Packet ids of a session: of messages on their way, of those that wait with one, of a request. */
export class OutgoingIds {
  readonly #ids: PacketIds;
  readonly #isUsed: (id: number) => boolean;
  #request = 0;

  /** `last`: the id given out last; a random one keeps two lives of a board apart. */
  constructor(last: number, deliveries: OutgoingDeliveries, outbox: Outbox) {
    this.#ids = new PacketIds(last);
    this.#isUsed = (id) => deliveries.has(id) || outbox.has(id) || id === this.#request;
  }

  /** An id for a request that is not a message; taken until the next is asked for. */
  request(): number {
    this.#request = 0;
    this.#request = this.#next();
    return this.#request;
  }

  /** Gives a message its id, unless it has one. */
  number(message: OutgoingMessage): void {
    if (message.id === 0) message.id = this.#next();
  }

  #next(): number {
    // Far fewer than 65,535 are in use: there is always one.
    return this.#ids.next(this.#isUsed) ?? 0;
  }
}
