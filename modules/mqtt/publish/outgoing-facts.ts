// SPDX-License-Identifier: MIT

import type { QoS } from "../../ecma-419/mqtt-client.ts";
import { publishHeaderLength, type TopicBytes } from "../codec/packet-length.ts";
import { illegal } from "../mqtt-error.ts";
import type { OutgoingFacts } from "./outgoing-message.ts";
import type { PublishOptions, PublishPolicy } from "./publish-options.ts";

const POLICIES: readonly PublishPolicy[] = Object.freeze([
  "reject",
  "drop-oldest",
  "drop-newest",
  "latest",
] as const);

/** What the check needs to know of the session. */
export interface PublishBounds {
  /** Largest payload, bytes. */
  readonly payload: number;
  /** Size of the send buffer, bytes. */
  readonly sendBuffer: number;
  readonly topics: TopicBytes;
}

/** Text as UTF-8, bytes as a copy: the caller may go on using them. */
export function ownBytes(payload: string | Uint8Array): Uint8Array {
  if (typeof payload === "string") return new TextEncoder().encode(payload);
  if (payload instanceof Uint8Array) return payload.slice();
  throw illegal("payload", "it is neither a string nor a Uint8Array");
}

/** Bytes in front of the payload. @throws MqttError when topic or QoS is illegal */
export function headerOf(topic: string, QoS: QoS, bounds: PublishBounds): number {
  const { length } = bounds.topics.of(topic);
  const header = publishHeaderLength({ topic, QoS, id: 1, byteLength: bounds.payload }, length);
  if (header + 32 > bounds.sendBuffer) {
    throw illegal("topic", `${header} bytes of header do not fit into the send buffer`);
  }
  return header;
}

/** Checks one publication and takes what it needs. @throws MqttError naming argument and rule */
export function outgoingFacts(
  message: {
    readonly topic: string;
    readonly payload: string | Uint8Array;
    readonly since: number;
  },
  options: PublishOptions,
  bounds: PublishBounds,
): OutgoingFacts {
  const { topic, since } = message;
  if (typeof options !== "object" || options === null) throw illegal("options", "it is no object");
  const { QoS = 0, retain = false, policy = "drop-oldest", expiry, onDone } = options;
  const header = headerOf(topic, QoS, bounds);
  if (!POLICIES.includes(policy)) throw illegal("policy", `one of ${POLICIES.join(", ")}`);
  if (expiry !== undefined && !(expiry > 0)) throw illegal("expiry", "not more than 0 ms");
  if (onDone !== undefined && typeof onDone !== "function") {
    throw illegal("onDone", "it is no function");
  }
  const payload = ownBytes(message.payload);
  if (payload.length > bounds.payload) {
    throw illegal("payload", `${payload.length} bytes, at most ${bounds.payload} are allowed`);
  }
  const expires = since + (expiry ?? Infinity);
  const latest = policy === "latest";
  return { topic, payload, header, QoS, retain, latest, since, expires, onDone };
}
