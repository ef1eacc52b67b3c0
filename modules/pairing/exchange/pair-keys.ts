// SPDX-License-Identifier: MIT

import { asciiBytes } from "../../base/bytes.ts";
import type { HostCrypto } from "../../base/host-crypto.ts";
import { decodeUtf8 } from "../../base/utf8.ts";
import { checkTopicLevel } from "../../mqtt/mqtt-settings.ts";
import { hkdfExpand, hkdfExtract } from "../crypto/hkdf.ts";
import { noiseNonce } from "../crypto/noise.ts";
import { isZero, longestName } from "./exchange-message.ts";

const keyLength = 32;
const salt = asciiBytes("airpair pairing 1");

/** What both ends make of the key that CPace has given them. */
export class PairKeys {
  readonly #crypto: HostCrypto;
  readonly #key: Uint8Array;

  /** `key`: of CPace, 64 bytes. */
  constructor(crypto: HostCrypto, key: Uint8Array) {
    this.#crypto = crypto;
    this.#key = hkdfExtract(crypto, salt, key);
  }

  /** The secret of the pair, 32 bytes. */
  get secret(): Uint8Array {
    return this.expand("pair");
  }

  /** The name of one end, sealed: 49 bytes. `head`: what stands in front of it in its message. */
  sealName(isJoining: boolean, head: Uint8Array, name: string): Uint8Array {
    const bytes = new TextEncoder().encode(name);
    const plain = new Uint8Array(1 + longestName);
    plain[0] = bytes.length;
    plain.set(bytes, 1);
    return this.#crypto.seal(this.nameKey(isJoining), noiseNonce(0), head, plain);
  }

  /** The name that the other end has sealed; undefined: it was changed, or is no name. */
  openName(isJoining: boolean, head: Uint8Array, sealed: Uint8Array): string | undefined {
    const plain = this.#crypto.open(this.nameKey(isJoining), noiseNonce(0), head, sealed);
    const end = 1 + (plain?.[0] ?? 0);
    if (!plain || end === 1 || end > plain.length || !isZero(plain, end)) return undefined;
    const name = decodeUtf8(plain.subarray(1, end));
    return name === undefined || checkTopicLevel(name) !== undefined ? undefined : name;
  }

  private nameKey(isJoining: boolean): Uint8Array {
    return this.expand(isJoining ? "name of B" : "name of A");
  }

  private expand(info: string): Uint8Array {
    return hkdfExpand(this.#crypto, this.#key, asciiBytes(info), keyLength);
  }
}
