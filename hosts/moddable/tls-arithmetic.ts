// SPDX-License-Identifier: MIT

import type { Curve, Point } from "../../modules/tls/curves.ts";
import type { Cipher, Hash, HashName, TLSCrypto } from "../../modules/tls/tls-crypto.ts";
import { Digest, EC, ECPoint, Mont } from "./sdk-crypt.js";
import { SDKCipher } from "./tls-cipher.ts";

/** A hash of the SDK. */
class SDKHash implements Hash {
  readonly #digest: Digest;

  constructor(name: HashName) {
    this.#digest = new Digest(name.replace("-", ""));
  }

  update(bytes: Uint8Array): void {
    this.#digest.write(bytes);
  }

  digest(): Uint8Array {
    return new Uint8Array(this.#digest.close(true));
  }
}

/** The arithmetic of TLS by the C code of the SDK; random bytes come from the host. */
export class SDKArithmetic implements TLSCrypto {
  readonly random: (count: number) => Uint8Array;

  /** `random`: bytes that nobody can guess. */
  constructor(random: (count: number) => Uint8Array) {
    this.random = random;
  }

  createHash(name: HashName): Hash {
    return new SDKHash(name);
  }

  createCipher(key: Uint8Array): Cipher {
    return new SDKCipher(key);
  }

  power(base: bigint, exponent: bigint, modulus: bigint): bigint {
    return new Mont({ m: modulus }).exp(base, exponent);
  }

  multiply({ a, b, p }: Curve, { x, y }: Point, factor: bigint): Point | undefined {
    return finite(new EC(a, b, p).mul(new ECPoint(x, y), factor));
  }

  combine(curve: Curve, first: bigint, point: Point, second: bigint): Point | undefined {
    if (first === 0n) return this.multiply(curve, point, second);
    const { a, b, p, G } = curve;
    const [one, two] = [new ECPoint(G.x, G.y), new ECPoint(point.x, point.y)];
    return finite(new EC(a, b, p).mul2(one, first, two, second));
  }
}

function finite(point: ECPoint): Point | undefined {
  return point.isZero() ? undefined : point;
}
