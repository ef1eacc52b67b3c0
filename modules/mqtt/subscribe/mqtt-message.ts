// SPDX-License-Identifier: MIT

import type { QoS } from "../../ecma-419/mqtt-client.ts";

/** What is known of a received message before its payload. */
export interface MessageHead {
  readonly topic: string;
  readonly QoS: QoS;
  /** Packet id, 0 with QoS 0. */
  readonly id: number;
  /** Length of the payload. */
  readonly byteLength: number;
  readonly retain: boolean;
  readonly duplicate: boolean;
}

/** A received message, as a handler gets it. */
export interface MqttMessage {
  readonly topic: string;
  /** Valid during the callback only: copy what must be kept. Empty when the message is empty. */
  readonly payload: Uint8Array;
  readonly QoS: QoS;
  /** True when the broker had kept it: it may be old. */
  readonly retain: boolean;
  /** True when the broker says that it may have sent it before (QoS 1 and 2). */
  readonly duplicate: boolean;
  /** Packet id; 0 with QoS 0. */
  readonly id: number;
  /**
   * Only for a subscription with `manualAck`, and QoS 1 or 2: says that the message has been dealt
   * with. May be called during the callback or later, on another connection too; a second call and
   * one that comes too late do nothing.
   */
  readonly ack?: () => void;
}

/** One piece of a message that is larger than the session can hold. */
export interface MqttFragment {
  readonly topic: string;
  /** Valid during the callback only. */
  readonly bytes: Uint8Array;
  /** Where the piece belongs in the payload, from 0. */
  readonly offset: number;
  /** Length of the whole payload in bytes; the last piece ends here. */
  readonly total: number;
  readonly retain: boolean;
  /** True when an earlier connection may have brought (a part of) it already. */
  readonly duplicate: boolean;
}

/** What to do with the messages of one filter. */
export interface SubscribeOptions {
  /** Highest QoS wanted; default 0. */
  readonly QoS?: QoS;
  /** Called for each message. What it throws is contained and counted; the message counts as
   * delivered all the same. */
  readonly onMessage: (message: MqttMessage) => void;
  /**
   * Called piece by piece for messages larger than `limits.message`; without it they are dropped
   * and counted. A transfer cut by a lost link starts again at offset 0.
   */
  readonly onFragment?: (fragment: MqttFragment) => void;
  /** Called after each SUBACK with the QoS that the broker granted, or 0x80 when it refused. */
  readonly onGranted?: (granted: QoS | 0x80) => void;
  /** True: QoS 1 and 2 messages are acknowledged only when the handler calls `message.ack`. */
  readonly manualAck?: boolean;
}

/** Handle of a subscription. */
export interface SubscriptionHandle {
  readonly filter: string;
  /** Ends it: no callback afterwards; the broker is told when this was the filter's last one. */
  close(): void;
}
