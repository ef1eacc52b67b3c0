// SPDX-License-Identifier: MIT

import { TLSSocket } from "../../hosts/moddable/tls/tls-socket.ts";
import type { TCPConstructor, TLSConstructor, TLSOptions } from "../../modules/ecma-419/tcp.ts";
import { nodeClock, nodeNetwork, nodeTimers } from "./node-network.ts";
import { loadTLS, type PublicRoots } from "./tls-library.ts";

/** The TLS class of the boards over a TCP class; default: the sockets of this machine. */
export function coreTLS(
  tcp: TCPConstructor = nodeNetwork.tcp.io,
  roots: PublicRoots = "list",
): TLSConstructor {
  const { TLSNative } = loadTLS(roots);
  return class CoreTLS extends TLSSocket {
    constructor(options: TLSOptions) {
      super(options, { tcp, engine: TLSNative, clock: nodeClock, timers: nodeTimers });
    }
  };
}
