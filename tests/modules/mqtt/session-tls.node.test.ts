// SPDX-License-Identifier: MIT

// TLS of the simulator, which is that of Node.

import { testSecureSessions } from "../../support/secure-session-tests.ts";

testSecureSessions(undefined);
