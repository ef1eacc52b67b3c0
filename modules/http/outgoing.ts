// SPDX-License-Identifier: MIT

import type { TCP } from "../ecma-419/tcp.ts";

/** What a connection has still to send, and how much of it its socket takes. */
export class Outgoing {
  /** Undefined when all is sent. */
  bytes: Uint8Array | undefined;
  /** Bytes that the socket takes now. */
  room = 0;

  /** Sends as much as there is room for, and returns whether that was the last of it. Throws what the socket throws. */
  sendTo(tcp: TCP | undefined): boolean {
    const { bytes, room } = this;
    const count = Math.min(bytes?.length ?? 0, room);
    if (bytes === undefined || count === 0) return false;
    tcp?.write(bytes.subarray(0, count));
    this.room = room - count;
    this.bytes = count < bytes.length ? bytes.subarray(count) : undefined;
    return this.bytes === undefined;
  }
}
