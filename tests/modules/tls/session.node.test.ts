// SPDX-License-Identifier: MIT

// TLS of boards, with the arithmetic by Node.

import type { TLSOptions } from "../../../modules/ecma-419/tcp.ts";
import { TLSSocket } from "../../../modules/tls/tls-socket.ts";
import { nodeCrypto } from "../../support/node-crypto.ts";
import { nodeClock, nodeNetwork, nodeTimers } from "../../support/node-network.ts";
import { testSecureSessions } from "../../support/secure-session-tests.ts";

class NodeTLS extends TLSSocket {
  constructor(options: TLSOptions) {
    super(options, {
      tcp: nodeNetwork.tcp.io,
      crypto: nodeCrypto,
      clock: nodeClock,
      timers: nodeTimers,
    });
  }
}

testSecureSessions({ io: NodeTLS });
