// SPDX-License-Identifier: MIT

import { LARGEST_ID } from "../codec/packet.ts";
import type { InFlightMessages } from "./in-flight.ts";
import type { Outbox } from "./outbox.ts";

export interface MessageIdsOptions {
  /** The id given out last, 0–65,535; a random one keeps two lives of a board apart. */
  readonly last: number;
  readonly inFlight: InFlightMessages;
  readonly outbox: Outbox;
}

/** Packet ids of a session: of messages on their way, of those that wait with one, of a request. */
export class MessageIds {
  readonly #inFlight: InFlightMessages;
  readonly #outbox: Outbox;
  #last: number;
  #request = 0;

  constructor(options: MessageIdsOptions) {
    this.#last = options.last;
    this.#inFlight = options.inFlight;
    this.#outbox = options.outbox;
  }

  /** An id for a request that is not a message; taken until the next is asked for. */
  request(): number {
    this.#request = 0;
    this.#request = this.next();
    return this.#request;
  }

  /** An id for a message. */
  next(): number {
    let id = this.#last;
    // Far fewer than 65,535 are in use: there is always a free one.
    do id = id >= LARGEST_ID ? 1 : id + 1;
    while (id === this.#request || this.#inFlight.has(id) || this.#outbox.has(id));
    this.#last = id;
    return id;
  }
}
