// SPDX-License-Identifier: MIT

import type { QoS } from "../../ecma-419/mqtt-client.ts";
import type { PublishOutcome, PublishPolicy } from "./publish-options.ts";

// Where a message is, from `publish` to its end. Only `Deliveries` changes it.

/** In the outbox, or about to be written for the first time. */
export const WAITING = 0;
/** To be written on this connection, again or anew. */
export const TO_SEND = 1;
/** Written in part. */
export const BEGUN = 2;
/** Written; PUBACK or PUBREC has to come. */
export const SENT = 3;
/** PUBREC has come; PUBREL is to be written on this connection. */
export const TO_RELEASE = 4;
/** PUBREL is written; PUBCOMP has to come. */
export const RELEASED = 5;

export type MessageState =
  | typeof WAITING
  | typeof TO_SEND
  | typeof BEGUN
  | typeof SENT
  | typeof TO_RELEASE
  | typeof RELEASED;

/** What is fixed when a message is published, beside topic and payload. */
export interface MessageData {
  /** Default 0. */
  readonly QoS?: QoS | undefined;
  readonly retain?: boolean | undefined;
  readonly policy?: PublishPolicy | undefined;
  readonly onDone?: ((outcome: PublishOutcome) => void) | undefined;
}

/**
 * A published message until it has ended. It has the names of the client's `write` options, so that
 * it is given to the client as it is. What few messages have is a property of those only.
 */
export interface OutgoingMessage {
  readonly topic: string;
  /** Owned by the message. */
  readonly payload: Uint8Array;
  /** Bytes of the packet in front of the payload. */
  readonly header: number;
  readonly QoS: QoS;
  readonly retain: boolean;
  readonly policy: PublishPolicy | undefined;
  readonly onDone: ((outcome: PublishOutcome) => void) | undefined;
  /** Packet id, 0 until it has one; then its own to the end, reboots included. */
  id: number;
  /** Sent at least once in this session of the broker: to be repeated with DUP and the same id. */
  duplicate: boolean;
  state: MessageState;
  /** When it was published; ticks. */
  since: number;
  /** When it, or its PUBREL, was last sent; ticks. */
  sentAt: number;
  /** From when on it is not sent any more; ticks. Without it, never. */
  expires?: number;
  /** The order in which PUBRECs came, which is that of PUBREL [MQTT-4.6.0-4]. */
  released?: number;
  /** Connections that the broker ended while it was the oldest unconfirmed one. */
  endings?: number;
  isJournaled?: boolean;
  /** Birth or goodbye: goes before all others, and takes no room in the outbox. */
  isFirst?: boolean;
}

/**
 * A message that has just been published. `header`: bytes of the packet in front of the payload,
 * which is not copied. An object and no class: on XS that costs half as much to make.
 */
export function outgoingMessage(
  topic: string,
  payload: Uint8Array,
  header: number,
  data: MessageData,
): OutgoingMessage {
  return {
    topic,
    payload,
    header,
    QoS: data.QoS ?? 0,
    retain: data.retain === true,
    policy: data.policy,
    onDone: data.onDone,
    id: 0,
    duplicate: false,
    state: WAITING,
    since: 0,
    sentAt: 0,
  };
}

/** So many connections that end at a message are no accident: it is given up. */
export const mostEndings = 3;

/** True when the broker has ended so many connections at it. */
export function isGivenUp({ endings = 0 }: OutgoingMessage): boolean {
  return endings >= mostEndings;
}

/** True when it may be dropped for a newer one: who published it has said so. */
export function givesWay({ policy }: OutgoingMessage): boolean {
  return policy === undefined || policy === "drop-oldest" || policy === "latest";
}
