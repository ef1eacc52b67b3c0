// SPDX-License-Identifier: MIT

import type { QoS } from "../../ecma-419/mqtt-client.ts";
import type { PublishOutcome } from "./publish-options.ts";

/** What is fixed when a message is published. */
export interface OutgoingFacts {
  readonly topic: string;
  /** Owned by the message. */
  readonly payload: Uint8Array;
  /** Bytes of the packet in front of the payload, at most. */
  readonly header: number;
  readonly QoS: QoS;
  readonly retain: boolean;
  /** A waiting message of the same topic is replaced by it, and it by a later one. */
  readonly latest: boolean;
  /** When it was published, and from when on it is not sent any more; ticks. */
  readonly since: number;
  readonly expires: number;
  readonly onDone: ((outcome: PublishOutcome) => void) | undefined;
}

/** A published message until it has ended. */
export class OutgoingMessage {
  readonly facts: OutgoingFacts;
  /** Order of publication. */
  sequence = 0;
  /** Takes room in the outbox. */
  held = false;
  /** Packet id, 0 until it has one; then its own to the end, reboots included. */
  id = 0;
  /** Sent at least once in this session of the broker: to be repeated with DUP and the same id. */
  sent = false;
  /** PUBREC has come: PUBREL is to be repeated, not the message. */
  released = false;
  /** Has to be (re)sent on this connection. */
  due = false;
  /** When it, or its PUBREL, was last sent; ticks. */
  sentAt = 0;
  /** Written to the journal. */
  stored = false;

  constructor(facts: OutgoingFacts) {
    this.facts = facts;
  }
}

/** The same message with another callback. */
export function withDone(facts: OutgoingFacts, onDone: () => void): OutgoingFacts {
  return { ...facts, onDone };
}
