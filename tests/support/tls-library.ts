// SPDX-License-Identifier: MIT

// Compiles tls-core, the TLS of the boards, for Node.

import type { TLSEngineConstructor } from "../../hosts/moddable/tls/tls-engine.ts";
import { loadAddon } from "./mbedtls-addon.ts";

const folder = "hosts/moddable/tls";

export interface TLSLibrary {
  readonly TLSNative: TLSEngineConstructor;
  /** Version of mbedTLS, MMNNPP00 in hexadecimal. */
  readonly version: number;
  /** Whether it speaks TLS 1.3. */
  readonly has13: boolean;
  /** Connections that were not closed. */
  alive(): number;
}

/** The compiled tls-core. */
export function loadTLS(): TLSLibrary {
  return loadAddon({
    name: "tls",
    sources: [
      ...["tls-core.c", "tls-signature-watch.c", "tls-verify.c"].map((name) => `${folder}/${name}`),
      "hosts/lin/tls-roots.c",
      "tests/support/tls-addon.c",
    ],
    libraries: ["mbedtls", "mbedx509"],
  }) as TLSLibrary;
}
