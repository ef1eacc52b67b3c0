// SPDX-License-Identifier: MIT

import type { Clock, Timers } from "../../modules/base/clock.ts";
import type { TCPConstructor, TLSOptions } from "../../modules/ecma-419/tcp.ts";
import { TLSSocket } from "../../modules/tls/tls-socket.ts";
import type { SDKArithmetic } from "./tls-arithmetic.ts";

/** What a TLS socket takes from its host. */
export interface SDKTLSParts {
  /** Contains the exceptions of its callbacks, as `SDKTCP` does. */
  readonly tcp: TCPConstructor;
  readonly arithmetic: SDKArithmetic;
  readonly clock: Clock;
  /** Contain the exceptions of their callbacks, as `SDKTimers` do. */
  readonly timers: Timers;
}

/** TLS over the SDK's TCP, with the SDK's arithmetic. */
export class SDKTLS extends TLSSocket {
  constructor(options: TLSOptions, { tcp, arithmetic, clock, timers }: SDKTLSParts) {
    super(options, { tcp, crypto: arithmetic, clock, timers });
  }
}
