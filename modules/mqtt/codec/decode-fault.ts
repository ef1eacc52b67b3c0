// SPDX-License-Identifier: MIT

import { MqttError } from "../mqtt-error.ts";
import {
  CONNACK,
  nameOfPacket,
  PINGRESP,
  PUBACK,
  PUBCOMP,
  PUBLISH,
  PUBREC,
  PUBREL,
  SUBACK,
  UNSUBACK,
} from "./packet.ts";

/** One way in which a packet from a broker can be wrong. */
export interface DecodeFault {
  readonly code: "mqtt/malformed" | "mqtt/unexpected" | "mqtt/too-large";
  /** Statement of MQTT 3.1.1; undefined for a limit of ours. */
  readonly statement: string | undefined;
  readonly why: string;
}

function malformed(statement: string, why: string): DecodeFault {
  return Object.freeze({ code: "mqtt/malformed", statement, why });
}

function unexpected(statement: string, why: string): DecodeFault {
  return Object.freeze({ code: "mqtt/unexpected", statement, why });
}

// What has no statement of its own falls under 4.8.0-1: close on any protocol violation.
const ANY = "MQTT-4.8.0-1";

const NOT_FROM_BROKER = unexpected(ANY, "only a client may send it (section 2.2.1)");
const RESERVED_TYPE = malformed(ANY, "packet types 0 and 15 are reserved (section 2.2.1)");
const NOT_CONNACK = unexpected("MQTT-3.2.0-1", "the first packet of a broker must be CONNACK");
const SECOND_CONNACK = unexpected(ANY, "a connection has one CONNACK (section 3.2)");
const FLAGS = malformed("MQTT-2.2.2-2", "reserved flags are not 0000");
const PUBREL_FLAGS = malformed("MQTT-3.6.1-1", "the flags of PUBREL are not 0010");
const QOS_3 = malformed("MQTT-3.3.1-4", "both QoS bits are set");
const WRONG_LENGTH = malformed(ANY, "the remaining length is not that of its type (section 2.2.3)");
const NO_CODES = malformed("MQTT-3.8.4-5", "it has no return code");
const CONNACK_FLAGS = malformed(ANY, "reserved acknowledge flags are not 0 (section 3.2.2.1)");
const RETURN_CODE = malformed("MQTT-3.2.2-6", "the return code is none of 0 to 5");
const REFUSED_SESSION = malformed("MQTT-3.2.2-4", "refused, but session present is set");
const PUBLISH_ID_0 = malformed("MQTT-2.3.1-1", "the packet id is 0");
const ACK_ID_0 = malformed("MQTT-2.3.1-6", "the packet id is 0");
const PUBCOMP_ID_0 = malformed("MQTT-4.3.3-2", "the packet id is 0");
const SUBACK_ID_0 = malformed("MQTT-2.3.1-7", "the packet id is 0");

/** The length field has a fifth byte. */
export const LENGTH_TOO_LONG = malformed(
  ANY,
  "the remaining length has more than four bytes (section 2.2.3)",
);
/** The length field ends with a zero that carries nothing. */
export const LENGTH_NOT_MINIMAL = malformed(
  ANY,
  "the remaining length has more bytes than it needs (section 2.2.3)",
);
/** The topic has no byte. */
export const TOPIC_EMPTY = malformed("MQTT-4.7.3-1", "the topic is empty");
/** The topic does not fit into the packet. */
export const TOPIC_OUTSIDE = malformed("MQTT-3.3.2-1", "the topic is longer than the packet");
/** There is no room for a packet id behind the topic. */
export const ID_MISSING = malformed("MQTT-2.3.1-1", "there is no packet id");
/** The topic has a zero byte. */
export const TOPIC_NUL = malformed("MQTT-1.5.3-2", "the topic contains U+0000");
/** The topic is not UTF-8. */
export const TOPIC_ILL_FORMED = malformed("MQTT-1.5.3-1", "the topic is not well-formed UTF-8");
/** The topic has + or #. */
export const TOPIC_WILDCARD = malformed("MQTT-3.3.2-2", "the topic contains a wildcard");
/** A code of SUBACK is none of 0, 1, 2, 0x80. */
export const SUBACK_CODE = malformed("MQTT-3.9.3-2", "a return code is reserved");
/** SUBACK has more codes than the decoder has room for, more than we ever ask for. */
export const SUBACK_TOO_LONG: DecodeFault = Object.freeze({
  code: "mqtt/too-large",
  statement: undefined,
  why: "it has more return codes than we ever asked for",
});

/** What is wrong with a packet that starts with this byte. */
export function faultOfFirstByte(first: number, connected: boolean): DecodeFault | undefined {
  const flags = first & 0x0f;
  switch (first >> 4) {
    case PUBLISH:
      if ((flags & 6) === 6) return QOS_3;
      break;
    case PUBREL:
      if (flags !== 2) return PUBREL_FLAGS;
      break;
    case CONNACK:
      if (flags !== 0) return FLAGS;
      return connected ? SECOND_CONNACK : undefined;
    case PUBACK:
    case PUBREC:
    case PUBCOMP:
    case SUBACK:
    case UNSUBACK:
    case PINGRESP:
      if (flags !== 0) return FLAGS;
      break;
    case 0:
    case 15:
      return RESERVED_TYPE;
    default:
      return NOT_FROM_BROKER;
  }
  return connected ? undefined : NOT_CONNACK;
}

/** What is wrong with a packet of this first byte and remaining length; `room` in bytes. */
export function faultOfLength(
  first: number,
  length: number,
  room: number,
): DecodeFault | undefined {
  switch (first >> 4) {
    case PUBLISH:
      return length < 2 ? WRONG_LENGTH : undefined;
    case SUBACK:
      if (length < 2) return WRONG_LENGTH;
      if (length === 2) return NO_CODES;
      return length > room ? SUBACK_TOO_LONG : undefined;
    case PINGRESP:
      return length === 0 ? undefined : WRONG_LENGTH;
    default:
      return length === 2 ? undefined : WRONG_LENGTH;
  }
}

/** What is wrong with a CONNACK that carries these two bytes. */
export function faultOfConnack(flags: number, returnCode: number): DecodeFault | undefined {
  if (flags > 1) return CONNACK_FLAGS;
  if (returnCode > 5) return RETURN_CODE;
  return flags === 1 && returnCode !== 0 ? REFUSED_SESSION : undefined;
}

/** What is wrong when a packet of this type has the packet id 0. */
export function faultOfIdZero(type: number): DecodeFault {
  switch (type) {
    case PUBLISH:
      return PUBLISH_ID_0;
    case PUBCOMP:
      return PUBCOMP_ID_0;
    case SUBACK:
    case UNSUBACK:
      return SUBACK_ID_0;
    default:
      return ACK_ID_0;
  }
}

/** The error for a fault. */
export function errorOfFault(fault: DecodeFault, type: number): MqttError {
  const { code, statement, why } = fault;
  return new MqttError({
    code,
    what: `the broker sent a wrong ${nameOfPacket(type)}`,
    why: statement === undefined ? why : `${why} [${statement}]`,
    statement,
  });
}
