// SPDX-License-Identifier: MIT

import type { QoS } from "../../ecma-419/mqtt-client.ts";
import type { PublishOutcome } from "./publish-options.ts";

/** What is fixed when a message is published, beside topic and payload. */
export interface MessageData {
  /** Default 0. */
  readonly QoS?: QoS | undefined;
  readonly retain?: boolean | undefined;
  readonly onDone?: ((outcome: PublishOutcome) => void) | undefined;
}

/**
 * A published message until it has ended. It has the names of the client's `write` options, so that
 * it is given to the client as it is.
 */
export interface OutgoingMessage {
  readonly topic: string;
  /** Owned by the message. */
  readonly payload: Uint8Array;
  /** Bytes of the packet in front of the payload. */
  readonly header: number;
  readonly QoS: QoS;
  readonly retain: boolean;
  readonly onDone: ((outcome: PublishOutcome) => void) | undefined;
  /** Packet id, 0 until it has one; then its own to the end, reboots included. */
  id: number;
  /** Sent at least once in this session of the broker: to be repeated with DUP and the same id. */
  duplicate: boolean;
  /** A waiting message of the same topic is replaced by it, and it by a later one. */
  isLatest: boolean;
  /** When it was published, and from when on it is not sent any more; ticks. */
  since: number;
  expires: number;
  /** Order of publication. */
  sequence: number;
  /** Takes room in the outbox. */
  countsAsQueued: boolean;
  /** PUBREC has come: PUBREL is to be repeated, not the message. */
  awaitsPubcomp: boolean;
  /** Has to be (re)sent on this connection. */
  needsSend: boolean;
  /** When it, or its PUBREL, was last sent; ticks. */
  sentAt: number;
  isJournaled: boolean;
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
    onDone: data.onDone,
    id: 0,
    duplicate: false,
    isLatest: false,
    since: 0,
    expires: Infinity,
    sequence: 0,
    countsAsQueued: false,
    awaitsPubcomp: false,
    needsSend: false,
    sentAt: 0,
    isJournaled: false,
  };
}
