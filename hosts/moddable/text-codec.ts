// SPDX-License-Identifier: MIT

import SDKTextDecoder from "text/decoder";
import SDKTextEncoder from "text/encoder";

/** Makes TextEncoder and TextDecoder global, where the firmware expects them. */
export function installTextCodec(): void {
  const global = globalThis as Record<string, unknown>;
  global.TextDecoder = SDKTextDecoder;
  global.TextEncoder = SDKTextEncoder;
}
