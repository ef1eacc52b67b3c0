// SPDX-License-Identifier: MIT

// TLS of the boards: tls-core with the mbedTLS of this machine.

import test from "node:test";
import { coreTLS } from "../../../support/core-tls.ts";
import { withoutMbedTLS } from "../../../support/mbedtls-addon.ts";
import { testSecureSessions } from "../../../support/secure-session-tests.ts";

if (withoutMbedTLS === false) testSecureSessions({ io: coreTLS() });
else test("MQTT sessions over the TLS of the boards", { skip: withoutMbedTLS }, () => {});
