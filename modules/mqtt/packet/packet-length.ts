// SPDX-License-Identifier: MIT

import type { Connect, FilterRequest, PublishHeader } from "./packet.ts";

/** Bytes of a whole CONNECT packet; throws an MqttError when it is not legal. */
export function connectLength(_packet: Connect): number {
  return 0;
}

/** Bytes of a PUBLISH packet without its payload; throws an MqttError when it is not legal. */
export function publishHeaderLength(_header: PublishHeader): number {
  return 0;
}

/** Bytes of a whole SUBSCRIBE packet; throws an MqttError when it is not legal. */
export function subscribeLength(_id: number, _requests: readonly FilterRequest[]): number {
  return 0;
}

/** Bytes of a whole UNSUBSCRIBE packet; throws an MqttError when it is not legal. */
export function unsubscribeLength(_id: number, _filters: readonly string[]): number {
  return 0;
}
