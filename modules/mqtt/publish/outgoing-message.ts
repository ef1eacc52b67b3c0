// SPDX-License-Identifier: MIT

import type { QoS } from "../../ecma-419/mqtt-client.ts";
import type { PublishOutcome } from "./publish-options.ts";

/**
 * A published message until it has ended. It has the names of the client's `write` options, so that
 * it is given to the client as it is.
 */
export class OutgoingMessage {
  readonly topic: string;
  /** Owned by the message. */
  readonly payload: Uint8Array;
  /** Bytes of the packet in front of the payload. */
  readonly header: number;
  QoS: QoS = 0;
  retain = false;
  /** Packet id, 0 until it has one; then its own to the end, reboots included. */
  id = 0;
  /** Sent at least once in this session of the broker: to be repeated with DUP and the same id. */
  duplicate = false;
  /** A waiting message of the same topic is replaced by it, and it by a later one. */
  isLatest = false;
  /** When it was published, and from when on it is not sent any more; ticks. */
  since = 0;
  expires = Infinity;
  onDone: ((outcome: PublishOutcome) => void) | undefined = undefined;
  /** Order of publication. */
  sequence = 0;
  /** Takes room in the outbox. */
  countsAsQueued = false;
  /** PUBREC has come: PUBREL is to be repeated, not the message. */
  awaitsPubcomp = false;
  /** Has to be (re)sent on this connection. */
  needsSend = false;
  /** When it, or its PUBREL, was last sent; ticks. */
  sentAt = 0;
  isJournaled = false;

  /** `header`: bytes of the packet in front of the payload. The payload is not copied. */
  constructor(topic: string, payload: Uint8Array, header: number) {
    this.topic = topic;
    this.payload = payload;
    this.header = header;
  }
}
