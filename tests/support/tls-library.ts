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

/** Where the public roots are: in a list, as on a PC, or behind a verifier, as in the flash memory of a board. */
export type PublicRoots = "list" | "verifier";

/** The compiled tls-core. */
export function loadTLS(roots: PublicRoots = "list"): TLSLibrary {
  const isList = roots === "list";
  return loadAddon({
    name: isList ? "tls" : "tls-flash",
    sources: [
      ...["tls-core.c", "tls-signature-watch.c", "tls-verify.c"].map((name) => `${folder}/${name}`),
      isList ? "hosts/lin/tls-roots.c" : "tests/support/flash-roots.c",
      "tests/support/tls-addon.c",
    ],
    libraries: ["mbedtls", "mbedx509"],
  }) as TLSLibrary;
}
