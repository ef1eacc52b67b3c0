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
