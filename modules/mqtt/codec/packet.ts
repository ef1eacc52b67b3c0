// SPDX-License-Identifier: MIT

import type { MQTTWill, QoS } from "../../ecma-419/mqtt-client.ts";

/** Packet types as on the wire (MQTT 3.1.1 section 2.2.1). */
export const CONNECT = 1;
export const CONNACK = 2;
export const PUBLISH = 3;
export const PUBACK = 4;
export const PUBREC = 5;
export const PUBREL = 6;
export const PUBCOMP = 7;
export const SUBSCRIBE = 8;
export const SUBACK = 9;
export const UNSUBSCRIBE = 10;
export const UNSUBACK = 11;
export const PINGREQ = 12;
export const PINGRESP = 13;
export const DISCONNECT = 14;

const NAMES = Object.freeze([
  "packet of type 0",
  "CONNECT",
  "CONNACK",
  "PUBLISH",
  "PUBACK",
  "PUBREC",
  "PUBREL",
  "PUBCOMP",
  "SUBSCRIBE",
  "SUBACK",
  "UNSUBSCRIBE",
  "UNSUBACK",
  "PINGREQ",
  "PINGRESP",
  "DISCONNECT",
]);

/** "CONNECT", … for logs and errors. */
export function nameOfPacket(type: number): string {
  return NAMES[type] ?? `packet of type ${type}`;
}

/** The four packets that acknowledge a message and carry nothing but its id. */
export type Ack = typeof PUBACK | typeof PUBREC | typeof PUBREL | typeof PUBCOMP;

/** Largest packet id; the smallest is 1 (section 2.3.1). */
export const LARGEST_ID = 65_535;
/** Largest number of bytes in one string or binary field (section 1.5.3). */
export const LONGEST_FIELD = 65_535;
/** Largest remaining length of a packet (section 2.2.3). */
export const LARGEST_REMAINING_LENGTH = 268_435_455;
/**
 * Most filters in one SUBSCRIBE of ours; more go into several. A limit of ours: the decoder has
 * room for as many codes of the SUBACK.
 */
export const MOST_FILTERS = 32;

/** SUBACK code of a filter that the broker refused (section 3.9.3). */
export const SUBSCRIBE_REFUSED = 0x80;

/** What CONNECT carries (section 3.1). */
export interface Connect {
  /** Client identifier; empty only together with `clean`. */
  readonly id: string;
  /** Start with an empty session; default true. */
  readonly clean?: boolean | undefined;
  /** Seconds, 0–65,535; 0 switches keepalive off. */
  readonly keepAliveSeconds: number;
  readonly user?: string | undefined;
  /** Only together with `user`. */
  readonly password?: string | Uint8Array | undefined;
  readonly will?: MQTTWill | undefined;
}

/** What is said about a message in its PUBLISH (section 3.3). */
export interface MessageHeader {
  readonly topic: string;
  /** Default 0. */
  readonly QoS?: QoS | undefined;
  readonly retain?: boolean | undefined;
  /** Sent before; only with QoS 1 and 2. */
  readonly duplicate?: boolean | undefined;
}

/** What PUBLISH carries in front of its payload (section 3.3). */
export interface PublishHeader extends MessageHeader {
  /** 1–65,535 with QoS 1 and 2; ignored with QoS 0. */
  readonly id?: number | undefined;
  /** Length of the payload that follows, in bytes. */
  readonly byteLength: number;
}

/** One filter of a SUBSCRIBE packet (section 3.8.3). */
export interface FilterRequest {
  readonly filter: string;
  /** Highest QoS the broker may use. */
  readonly QoS: QoS;
}
