// SPDX-License-Identifier: MIT

import { hexOf } from "../../modules/base/hex.ts";
import type { Curve, Point } from "../../modules/tls/curves.ts";
import type { TLSCrypto } from "../../modules/tls/tls-crypto.ts";
import { seededRandom } from "./random.ts";
import { referenceCipher } from "./reference-cipher.ts";
import { referenceCrypto } from "./reference-crypto.ts";
import { referenceHash } from "./reference-hash.ts";

const results = new Map<string, unknown>();

/** The result of a calculation that has perhaps been made before. */
function once<Result>(key: string, calculate: () => Result): Result {
  if (!results.has(key)) results.set(key, calculate());
  return results.get(key) as Result;
}

function textOf({ id }: Curve, { x, y }: Point): string {
  return `${id} ${x} ${y}`;
}

/** What has been calculated so far, other than hashes: signatures that were checked, and the like. */
export interface Effort {
  powers: number;
  products: number;
}

/**
 * All the arithmetic of TLS in plain TypeScript, with "random" numbers that are the same each time:
 * whole handshakes repeat, to the byte, and cost little from the second on.
 */
export function seededCrypto(seed: number, effort: Effort = { powers: 0, products: 0 }): TLSCrypto {
  const random = seededRandom(seed);
  return {
    createHash(name) {
      const pieces: number[] = [];
      return {
        update(bytes) {
          for (const byte of bytes) pieces.push(byte);
        },
        digest() {
          const bytes = Uint8Array.from(pieces);
          return once(`${name} ${hexOf(bytes)}`, () => referenceHash(name, bytes)).slice();
        },
      };
    },
    createCipher: referenceCipher,
    random: (count) => Uint8Array.from({ length: count }, () => Math.floor(random() * 256)),
    power(base, exponent, modulus) {
      effort.powers++;
      const calculate = () => referenceCrypto.power(base, exponent, modulus);
      return once(`${base} ${exponent} ${modulus}`, calculate);
    },
    multiply(curve, point, factor) {
      effort.products++;
      const calculate = () => referenceCrypto.multiply(curve, point, factor);
      return once(`${textOf(curve, point)} ${factor}`, calculate);
    },
    combine(curve, a, point, b) {
      effort.products++;
      const calculate = () => referenceCrypto.combine(curve, a, point, b);
      return once(`${a} ${textOf(curve, point)} ${b}`, calculate);
    },
  };
}
