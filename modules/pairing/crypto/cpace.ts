// SPDX-License-Identifier: MIT

import { areEqual, asciiBytes, concat } from "../../base/bytes.ts";
import type { HostCrypto } from "../../base/host-crypto.ts";
import { Elligator2 } from "./elligator.ts";

/** SHA-512 takes blocks of so many bytes. */
const blockLength = 128;
const shareLength = 32;
const generatorLabel = asciiBytes("CPace255");
const keyLabel = asciiBytes("CPace255_ISK");
const tagLabel = asciiBytes("CPaceMac");

export interface CPaceOptions {
  readonly crypto: HostCrypto;
  /** The secret that both ends know, however short. */
  readonly code: Uint8Array;
  /** Who talks to whom and where; the same at both ends. */
  readonly channel: Uint8Array;
  /** A value of this run alone; the same at both ends. */
  readonly session: Uint8Array;
  /** What this end says besides its share: it is confirmed with it. */
  readonly data: Uint8Array;
  /** The two ends have different roles. */
  readonly isInitiator: boolean;
  /** 32 bytes; of tests only. */
  readonly scalar?: Uint8Array;
}

/**
 * One end of one run of CPace, a balanced PAKE (draft-irtf-cfrg-cpace, CPACE-X25519-SHA512): two ends
 * with the same code get the same key, others get nothing that lets them test a guess without asking
 * again. The steps are apart because each is enough for a turn of the loop: `prepare`, until it is done,
 * `makeShare` and `finish`, which are one multiplication each.
 */
export class CPace {
  readonly #options: CPaceOptions;
  readonly #scalar: Uint8Array;
  #map: Elligator2 | undefined;
  #generator: Uint8Array | undefined;
  #share: Uint8Array | undefined;
  #macKey: Uint8Array | undefined;
  #peerShare: Uint8Array | undefined;
  #peerData: Uint8Array | undefined;

  constructor(options: CPaceOptions) {
    this.#options = options;
    this.#scalar = options.scalar ?? options.crypto.randomBytes(shareLength);
  }

  /** Goes on making the generator from the code: the map to the curve. True: it is there. */
  prepare(): boolean {
    if (this.#map) {
      this.#generator = this.#map.step();
      if (this.#generator) this.#map = undefined;
    } else if (!this.#generator) {
      const { crypto, code, channel, session } = this.#options;
      const text = generatorString(code, channel, session);
      this.#map = new Elligator2(crypto.sha512(text).subarray(0, shareLength));
    }
    return this.#generator !== undefined;
  }

  /** What the other end gets, 32 bytes. One multiplication. */
  makeShare(): Uint8Array {
    while (!this.prepare());
    const share = this.#options.crypto.x25519(this.#scalar, this.#generator as Uint8Array);
    if (!share) throw new Error("the generator of CPace has no order");
    this.#share = share;
    return share;
  }

  /**
   * Takes the share of the other end and what it said. Returns the key, 64 bytes; undefined: the share
   * is none, and the run has failed. One multiplication. A run takes one share.
   */
  finish(peerShare: Uint8Array, peerData: Uint8Array): Uint8Array | undefined {
    const { crypto, session, data, isInitiator } = this.#options;
    const share = this.#share;
    if (!share || this.#peerShare) throw new Error("not at this point of a run of CPace");
    this.#peerShare = peerShare;
    this.#peerData = peerData;
    if (peerShare.length !== shareLength || areEqual(peerShare, share)) return undefined;
    const point = crypto.x25519(this.#scalar, peerShare);
    this.#scalar.fill(0);
    if (!point) return undefined;
    const own = lvCat(share, data);
    const theirs = lvCat(peerShare, peerData);
    const transcript = isInitiator ? concat(own, theirs) : concat(theirs, own);
    const key = crypto.sha512(concat(lvCat(keyLabel, session, point), transcript));
    this.#macKey = crypto.sha512(concat(tagLabel, session, key));
    return key;
  }

  /** What proves to the other end that this one has the key, 32 bytes. After `finish` only. */
  makeTag(): Uint8Array {
    const { data } = this.#options;
    return this.tagOver(this.#share, data);
  }

  /** Whether the other end has the key. */
  checkTag(tag: Uint8Array): boolean {
    return areEqual(tag, this.tagOver(this.#peerShare, this.#peerData));
  }

  /** Forgets what is secret. */
  close(): void {
    this.#scalar.fill(0);
    this.#macKey?.fill(0);
    this.#macKey = undefined;
  }

  private tagOver(share: Uint8Array | undefined, data: Uint8Array | undefined): Uint8Array {
    if (!this.#macKey || !share || !data) throw new Error("CPace has no key to confirm");
    return this.#options.crypto.hmacSHA256(this.#macKey, lvCat(share, data));
  }
}

/** generator_string of the draft: the code is padded to a block, so that its length does not show. */
export function generatorString(
  code: Uint8Array,
  channel: Uint8Array,
  session: Uint8Array,
): Uint8Array {
  const used = prefixed(code).length + prefixed(generatorLabel).length;
  const padding = new Uint8Array(Math.max(0, blockLength - 1 - used));
  return lvCat(generatorLabel, code, padding, channel, session);
}

function lvCat(...parts: readonly Uint8Array[]): Uint8Array {
  return concat(...parts.map(prefixed));
}

/** The length as LEB128, then the bytes. */
function prefixed(bytes: Uint8Array): Uint8Array {
  let start = 1;
  for (let rest = bytes.length >> 7; rest > 0; rest >>= 7) start++;
  const all = new Uint8Array(start + bytes.length);
  for (let i = 0; i < start; i++) {
    all[i] = ((bytes.length >> (7 * i)) & 0x7f) | (i < start - 1 ? 0x80 : 0);
  }
  all.set(bytes, start);
  return all;
}
