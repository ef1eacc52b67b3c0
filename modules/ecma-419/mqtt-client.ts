// SPDX-License-Identifier: MIT

import type { ResolverProvider } from "./resolver.ts";
import type { TCPProvider, TLSProvider } from "./tcp.ts";

export type QoS = 0 | 1 | 2;

/** Last will (MQTT 3.1.1 section 3.1.2.5). */
export interface MQTTWill {
  readonly topic: string;
  readonly message: string | Uint8Array;
  readonly QoS?: QoS;
  readonly retain?: boolean;
}

/** Where the client finds its network classes. */
export interface MQTTNetwork {
  readonly dns: ResolverProvider;
  readonly socket: TCPProvider | TLSProvider;
}
