// SPDX-License-Identifier: MIT

import type { CryptoEngine } from "./crypto-engine.ts";

/** mbedTLS, bound to XS. */
export const cryptoNative: CryptoEngine;
