// SPDX-License-Identifier: MIT

import { join } from "node:path";
import test from "node:test";
import { withoutMbedTLS } from "../../../support/mbedtls-addon.ts";
import { assertSanitized } from "../../../support/sanitized-run.ts";

test("the sanitizers find nothing in crypto-core", { skip: withoutMbedTLS }, () =>
  assertSanitized(join(import.meta.dirname, "mbedtls-crypto.node.test.ts")),
);
