// SPDX-License-Identifier: MIT

// Compiles crypto-core, the cryptography of the boards, for Node.

import type { CryptoEngine } from "../../hosts/moddable/crypto/crypto-engine.ts";
import { loadAddon } from "./mbedtls-addon.ts";

/** The compiled crypto-core. */
export function loadCrypto(): CryptoEngine {
  return loadAddon({
    name: "crypto",
    sources: ["hosts/moddable/crypto/crypto-core.c", "tests/support/crypto-addon.c"],
    libraries: [],
  }) as CryptoEngine;
}
