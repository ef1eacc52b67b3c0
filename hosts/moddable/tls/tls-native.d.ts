// SPDX-License-Identifier: MIT

import type { TLSEngineConstructor } from "./tls-engine.ts";

/** mbedTLS, bound to XS. */
export const TLSNative: TLSEngineConstructor;
