// SPDX-License-Identifier: MIT

import type { CryptoEngine } from "../../../hosts/moddable/crypto/crypto-engine.ts";
import { simCrypto } from "../../../hosts/sim/xs/crypto.ts";

type Bytes = Uint8Array;

const none = new Uint8Array(0);

/** One call of the library: which, what it was given, and where its result went. */
interface Call {
  readonly name: keyof CryptoEngine;
  readonly given: readonly Bytes[];
  readonly into: Bytes;
}

/**
 * Stands in for mbedTLS on XS: the Node side does the work. It keeps the calls of a turn, so that they
 * can be made once more by themselves, and what they cost here, where they are not native, taken off.
 */
export class PartedCrypto implements CryptoEngine {
  #calls: Call[] = [];
  #again: Call[] = [];

  /** Multiplications of the turn. */
  get multiplications(): number {
    return this.#calls.filter(({ name }) => name === "x25519").length;
  }

  /** Calls of the turn. */
  get count(): number {
    return this.#calls.length;
  }

  /** The turn is over; gets ready for `repeat`, which must not change what the calls have returned. */
  prepare(): void {
    this.#again = this.#calls.map(({ name, given, into }) => ({ name, given, into: into.slice() }));
    this.#calls = [];
  }

  /** Makes the calls of the turn once more, in the same way. */
  repeat(): void {
    for (const { name, given, into } of this.#again) this.keep(name, given, into);
    this.#calls = [];
  }

  random(into: Bytes): void {
    this.keep("random", [], into);
  }

  sha256(bytes: Bytes, into: Bytes): void {
    this.keep("sha256", [bytes], into);
  }

  sha512(bytes: Bytes, into: Bytes): void {
    this.keep("sha512", [bytes], into);
  }

  hmacSHA256(key: Bytes, bytes: Bytes, into: Bytes): void {
    this.keep("hmacSHA256", [key, bytes], into);
  }

  x25519(privateKey: Bytes, u: Bytes, into: Bytes): boolean {
    return this.keep("x25519", [privateKey, u], into);
  }

  /** Pairing has no signatures. */
  verifyP256(publicKey: Bytes, message: Bytes, signature: Bytes): boolean {
    return simCrypto.verifyP256(publicKey, message, signature);
  }

  seal(key: Bytes, nonce: Bytes, aad: Bytes, plaintext: Bytes, into: Bytes): void {
    this.keep("seal", [key, nonce, aad, plaintext], into);
  }

  open(key: Bytes, nonce: Bytes, aad: Bytes, sealed: Bytes, into: Bytes): boolean {
    return this.keep("open", [key, nonce, aad, sealed], into);
  }

  private keep(name: keyof CryptoEngine, given: readonly Bytes[], into: Bytes): boolean {
    this.#calls.push({ name, given, into });
    const result = answerOf(name, given, into.length);
    if (result) into.set(result);
    return result !== undefined;
  }
}

function answerOf(
  name: keyof CryptoEngine,
  [a = none, b = none, c = none, d = none]: readonly Bytes[],
  length: number,
): Bytes | undefined {
  if (name === "random") return simCrypto.randomBytes(length);
  if (name === "sha256") return simCrypto.sha256(a);
  if (name === "sha512") return simCrypto.sha512(a);
  if (name === "hmacSHA256") return simCrypto.hmacSHA256(a, b);
  if (name === "x25519") return simCrypto.x25519(a, b);
  return name === "seal" ? simCrypto.seal(a, b, c, d) : simCrypto.open(a, b, c, d);
}
