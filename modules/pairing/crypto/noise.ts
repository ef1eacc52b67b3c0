// SPDX-License-Identifier: MIT

import { asciiBytes, concat } from "../../base/bytes.ts";
import { type HostCrypto, sealTagLength } from "../../base/host-crypto.ts";

/** Noise_NNpsk0_25519_ChaChaPoly_SHA256; 36 bytes, so it is hashed. */
const protocolName = asciiBytes("Noise_NNpsk0_25519_ChaChaPoly_SHA256");
const keyLength = 32;
const none = new Uint8Array(0);
const basePoint = Uint8Array.from({ length: keyLength }, (_, i) => (i === 0 ? 9 : 0));

/** Bytes of each of the two messages without a payload. */
export const handshakeLength = keyLength + sealTagLength;

export interface NoiseOptions {
  readonly crypto: HostCrypto;
  /** The long-term secret of the two ends, 32 bytes. */
  readonly psk: Uint8Array;
  /** What both ends know of the circumstances. */
  readonly prologue: Uint8Array;
  readonly isInitiator: boolean;
  /** The ephemeral private key, 32 bytes; of tests only. */
  readonly ephemeral?: Uint8Array;
}

/** Keys of the two directions, 32 bytes each, and the hash of all that was said. */
export interface NoiseKeys {
  readonly send: Uint8Array;
  readonly receive: Uint8Array;
  readonly hash: Uint8Array;
}

/** The nonce of message `count`: four zero bytes and a counter, the low byte first (Noise, 12.3). */
export function noiseNonce(count: number): Uint8Array {
  const nonce = new Uint8Array(12);
  const view = new DataView(nonce.buffer);
  view.setUint32(4, count >>> 0, true);
  view.setUint32(8, Math.floor(count / 2 ** 32), true);
  return nonce;
}

/**
 * One end of one handshake Noise NNpsk0 (Noise Protocol Framework, revision 34): keys that nobody can
 * work out later who has stolen the long-term secret meanwhile. The first message already proves that
 * its sender has the secret, before anything is multiplied. `generate` and each write or read of the
 * second message take one multiplication at most.
 */
export class NoiseHandshake {
  readonly #crypto: HostCrypto;
  readonly #psk: Uint8Array;
  readonly #isInitiator: boolean;
  readonly #ephemeral: Uint8Array;
  #public: Uint8Array | undefined;
  #peer: Uint8Array | undefined;
  #chain: Uint8Array;
  #hash: Uint8Array;
  #key: Uint8Array | undefined;
  #count = 0;

  constructor(options: NoiseOptions) {
    const { crypto, psk, prologue, isInitiator, ephemeral } = options;
    this.#crypto = crypto;
    this.#psk = psk;
    this.#isInitiator = isInitiator;
    this.#ephemeral = ephemeral ?? crypto.randomBytes(keyLength);
    this.#hash = crypto.sha256(protocolName);
    this.#chain = this.#hash;
    this.mixHash(prologue);
  }

  /** Makes the ephemeral key pair. One multiplication; both ends do it before they write. */
  generate(): void {
    this.#public = this.#crypto.x25519(this.#ephemeral, basePoint);
  }

  /** Of the initiator: the first message. */
  writeFirst(payload: Uint8Array = none): Uint8Array {
    this.mixKeyAndHash(this.#psk);
    const own = this.mixOwn();
    return concat(own, this.seal(payload));
  }

  /**
   * Of the responder: takes the first message. Returns its payload; undefined: its sender does not have
   * the secret, or it was changed.
   */
  readFirst(message: Uint8Array): Uint8Array | undefined {
    if (message.length < handshakeLength) return undefined;
    this.mixKeyAndHash(this.#psk);
    this.mixPeer(message.slice(0, keyLength));
    return this.open(message.subarray(keyLength));
  }

  /** Of the responder: the second message; undefined when the other end's key is none. */
  writeSecond(payload: Uint8Array = none): Uint8Array | undefined {
    const own = this.mixOwn();
    if (!this.mixShared()) return undefined;
    return concat(own, this.seal(payload));
  }

  /** Of the initiator: takes the second message. Returns its payload; undefined: it is not from there. */
  readSecond(message: Uint8Array): Uint8Array | undefined {
    if (message.length < handshakeLength) return undefined;
    this.mixPeer(message.slice(0, keyLength));
    return this.mixShared() ? this.open(message.subarray(keyLength)) : undefined;
  }

  /** The keys, after the second message. Forgets the rest. */
  split(): NoiseKeys {
    const keys = this.expand(none, 2);
    const [send, receive] = this.#isInitiator ? [0, 1] : [1, 0];
    const hash = this.#hash;
    this.close();
    return { send: keys[send] as Uint8Array, receive: keys[receive] as Uint8Array, hash };
  }

  /** Forgets what is secret. */
  close(): void {
    this.#ephemeral.fill(0);
    this.#key?.fill(0);
    this.#key = undefined;
  }

  // --- the symmetric state (section 5.2)

  private mixHash(bytes: Uint8Array): void {
    this.#hash = this.#crypto.sha256(concat(this.#hash, bytes));
  }

  private mixKey(secret: Uint8Array): void {
    const keys = this.expand(secret, 2);
    this.#chain = keys[0] as Uint8Array;
    this.#key = keys[1];
    this.#count = 0;
  }

  private mixKeyAndHash(secret: Uint8Array): void {
    const keys = this.expand(secret, 3);
    this.#chain = keys[0] as Uint8Array;
    this.mixHash(keys[1] as Uint8Array);
    this.#key = keys[2];
    this.#count = 0;
  }

  /** HKDF of section 4.3: that of RFC 5869 without info. */
  private expand(secret: Uint8Array, count: 2 | 3): Uint8Array[] {
    const crypto = this.#crypto;
    const key = crypto.hmacSHA256(this.#chain, secret);
    const outputs: Uint8Array[] = [];
    let last: Uint8Array = none;
    for (let i = 1; i <= count; i++) {
      last = crypto.hmacSHA256(key, concat(last, Uint8Array.of(i)));
      outputs.push(last);
    }
    return outputs;
  }

  private mixOwn(): Uint8Array {
    if (!this.#public) this.generate();
    const own = this.#public;
    if (!own) throw new Error("the host makes no X25519 key");
    this.mixHash(own);
    // With a psk the ephemeral keys are mixed in, too (section 9.2).
    this.mixKey(own);
    return own;
  }

  private mixPeer(peer: Uint8Array): void {
    this.#peer = peer;
    this.mixHash(peer);
    this.mixKey(peer);
  }

  private mixShared(): boolean {
    const shared = this.#peer && this.#crypto.x25519(this.#ephemeral, this.#peer);
    if (shared) this.mixKey(shared);
    return shared !== undefined;
  }

  private seal(payload: Uint8Array): Uint8Array {
    const nonce = noiseNonce(this.#count++);
    const sealed = this.#crypto.seal(this.#key as Uint8Array, nonce, this.#hash, payload);
    this.mixHash(sealed);
    return sealed;
  }

  private open(sealed: Uint8Array): Uint8Array | undefined {
    const nonce = noiseNonce(this.#count);
    const payload = this.#crypto.open(this.#key as Uint8Array, nonce, this.#hash, sealed);
    if (!payload) return undefined;
    this.#count++;
    this.mixHash(sealed);
    return payload;
  }
}
