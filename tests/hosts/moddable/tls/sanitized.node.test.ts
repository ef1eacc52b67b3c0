// SPDX-License-Identifier: MIT

// The tests of tls-core once more, with address, leak and undefined-behaviour sanitizers in it.

import { join } from "node:path";
import test from "node:test";
import { withoutOpenSSL } from "../../../support/certificates.ts";
import { withoutMbedTLS } from "../../../support/mbedtls-addon.ts";
import { assertSanitized } from "../../../support/sanitized-run.ts";

const skip = withoutOpenSSL || withoutMbedTLS;

for (const file of ["hostile", "handshake", "openssl", "resumption"]) {
  test(`the sanitizers find nothing in tls-core: ${file}`, { skip }, () =>
    assertSanitized(join(import.meta.dirname, `${file}.node.test.ts`)),
  );
}
