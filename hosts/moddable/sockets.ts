// SPDX-License-Identifier: MIT

import type { Clock, Timers } from "../../modules/base/clock.ts";
import type { ListenerProvider } from "../../modules/ecma-419/listener.ts";
import type { TCPOptions, TLSOptions } from "../../modules/ecma-419/tcp.ts";
import type { UDPOptions } from "../../modules/ecma-419/udp.ts";
import type { Faults } from "./faults.ts";
import { SDKListener } from "./listener.ts";
import { SDKTCP } from "./tcp.ts";
import { TLSNative } from "./tls/tls-native.js";
import { TLSSocket } from "./tls/tls-socket.ts";
import { SDKUDP } from "./udp.ts";

export interface SocketsParts {
  /** Where the exceptions of callbacks go. */
  readonly faults: Faults;
  readonly clock: Clock;
  readonly timers: Timers;
}

/** The socket classes of a host, bound to what they need of it. */
export function createSockets({ faults, clock, timers }: SocketsParts) {
  class TCP extends SDKTCP {
    constructor(options: TCPOptions) {
      super(options, faults);
    }
  }
  class TLS extends TLSSocket {
    constructor(options: TLSOptions) {
      super(options, { tcp: TCP, engine: TLSNative, clock, timers });
    }
  }
  class UDP extends SDKUDP {
    constructor(options: UDPOptions) {
      super(options, faults);
    }
  }
  // No class of its own: most boards never open one.
  const listener = { io: SDKListener, faults } as unknown as ListenerProvider;
  return { tcp: { io: TCP }, listener, tls: { io: TLS }, udp: { io: UDP } };
}
