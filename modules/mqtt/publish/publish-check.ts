// SPDX-License-Identifier: MIT

import { illegal, type MqttError } from "../mqtt-error.ts";
import type { PublishOptions, PublishPolicy } from "./publish-options.ts";

export const policies: readonly PublishPolicy[] = Object.freeze([
  "reject",
  "drop-oldest",
  "drop-newest",
  "latest",
] as const);

export function noPolicy(): MqttError {
  return illegal("policy", `one of ${policies.join(", ")}`);
}

/** Checks what few publications have. @throws MqttError naming argument and rule */
export function check({ expiry, onDone }: PublishOptions): void {
  if (expiry !== undefined && !(expiry > 0)) throw illegal("expiry", "not more than 0 ms");
  if (onDone !== undefined && typeof onDone !== "function") {
    throw illegal("onDone", "it is no function");
  }
}

export function noOptions(): MqttError {
  return illegal("options", "it is no object");
}

export function noQoS(): MqttError {
  return illegal("QoS", "it is none of 0, 1, 2", "MQTT-3.3.1-4");
}

export function noPayload(): MqttError {
  return illegal("payload", "it is neither a string nor a Uint8Array");
}

export function tooLong(length: number, limit: number): MqttError {
  return illegal("payload", `${length} bytes, at most ${limit} are allowed`);
}

export function noRoomForHeader(length: number): MqttError {
  return illegal("topic", `${length} bytes of header do not fit into the send buffer`);
}
