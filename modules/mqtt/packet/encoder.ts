// SPDX-License-Identifier: MIT

import type { Ack, Connect, FilterRequest, PublishHeader } from "./packet.ts";

/**
 * Writes packets into a buffer of the caller, one behind the other, from `position` on. Every
 * method checks its arguments and measures first: an illegal packet throws an MqttError (code
 * "mqtt/illegal") that names argument and rule, a packet that does not fit between `position` and
 * the end of the buffer gives false; in both cases nothing is written and `position` stays.
 */
export class Encoder {
  readonly buffer: Uint8Array;
  /** Where the next packet starts; the caller sets it back after sending. */
  position = 0;

  constructor(buffer: Uint8Array) {
    this.buffer = buffer;
  }

  connect(_packet: Connect): boolean {
    return false;
  }

  /** Writes all of a PUBLISH but its payload, which the caller sends behind it. */
  publish(_header: PublishHeader): boolean {
    return false;
  }

  /** PUBACK, PUBREC, PUBREL or PUBCOMP. */
  ack(_type: Ack, _id: number): boolean {
    return false;
  }

  subscribe(_id: number, _requests: readonly FilterRequest[]): boolean {
    return false;
  }

  unsubscribe(_id: number, _filters: readonly string[]): boolean {
    return false;
  }

  ping(): boolean {
    return false;
  }

  disconnect(): boolean {
    return false;
  }
}
