// SPDX-License-Identifier: MIT

import { concat } from "../../modules/tls/bytes.ts";
import type { TLSCrypto } from "../../modules/tls/tls-crypto.ts";
import { referenceCipher } from "./reference-cipher.ts";
import { powerOf, productOf, sumOf } from "./reference-curve.ts";
import { referenceHash } from "./reference-hash.ts";

/** The arithmetic of TLS in plain TypeScript, slow and the same on Node and XS. Nothing in it is random. */
export const referenceCrypto: TLSCrypto = {
  createHash(name) {
    let bytes = new Uint8Array(0);
    return {
      update(more) {
        bytes = concat(bytes, more);
      },
      digest: () => referenceHash(name, bytes),
    };
  },
  createCipher: referenceCipher,
  random() {
    throw new Error("there is nothing random");
  },
  power: powerOf,
  multiply: productOf,
  combine: (curve, a, point, b) =>
    sumOf(curve, productOf(curve, curve.G, a), productOf(curve, point, b)),
};
