// SPDX-License-Identifier: MIT

// AES-128 straight from FIPS 197 and GCM from NIST SP 800-38D: slow, and the same on Node and XS.

import { bytesOf, concat, equal, numberOf } from "../../modules/tls/bytes.ts";
import type { Cipher } from "../../modules/tls/tls-crypto.ts";

function twice(byte: number): number {
  return ((byte << 1) ^ (byte & 0x80 ? 0x11b : 0)) & 0xff;
}

function productOfBytes(a: number, b: number): number {
  let [result, factor] = [0, a];
  for (let rest = b; rest > 0; rest >>= 1, factor = twice(factor)) if (rest & 1) result ^= factor;
  return result;
}

function makeBox(): Uint8Array {
  const box = new Uint8Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let inverse = 0;
    while (byte > 0 && productOfBytes(byte, inverse) !== 1) inverse++;
    let value = 0x63;
    for (let turn = 0; turn < 5; turn++) value ^= (inverse << turn) | (inverse >> (8 - turn));
    box[byte] = value & 0xff;
  }
  return box;
}

const boxes: Uint8Array[] = [];

function boxOf(byte: number): number {
  if (boxes.length === 0) boxes.push(makeBox());
  return boxes[0]?.[byte] ?? 0;
}

function expandKey(key: Uint8Array): Uint8Array {
  const words = new Uint8Array(176);
  words.set(key);
  let constant = 1;
  for (let at = 16; at < 176; at += 4) {
    const last = [...words.subarray(at - 4, at)];
    if (at % 16 === 0) {
      last.push(last.shift() ?? 0);
      for (let i = 0; i < 4; i++) last[i] = boxOf(last[i] ?? 0);
      last[0] = (last[0] ?? 0) ^ constant;
      constant = twice(constant);
    }
    for (let i = 0; i < 4; i++) words[at + i] = (words[at - 16 + i] ?? 0) ^ (last[i] ?? 0);
  }
  return words;
}

function encryptBlock(keys: Uint8Array, block: Uint8Array): Uint8Array {
  const state = block.map((byte, i) => byte ^ (keys[i] ?? 0));
  for (let round = 1; round <= 10; round++) {
    const moved = state.map((_, i) => boxOf(state[(i + 4 * (i % 4)) % 16] ?? 0));
    for (let i = 0; i < 16; i++) {
      const column = i & 12;
      const at = (step: number) => moved[column + ((i + step) & 3)] ?? 0;
      const mixed = twice(at(0)) ^ twice(at(1)) ^ at(1) ^ at(2) ^ at(3);
      state[i] = (round < 10 ? mixed : (moved[i] ?? 0)) ^ (keys[16 * round + i] ?? 0);
    }
  }
  return state;
}

/** The hash key times x ^ 0 to 127. */
function multiplesOf(key: bigint): bigint[] {
  const multiples = [key];
  for (let last = key; multiples.length < 128; multiples.push(last)) {
    last = (last >> 1n) ^ (last & 1n ? 0xe1n << 120n : 0n);
  }
  return multiples;
}

function ghash(multiples: readonly bigint[], data: Uint8Array): bigint {
  let hash = 0n;
  for (let at = 0; at < data.length; at += 16) {
    const block = bytesOf(hash ^ numberOf(data.subarray(at, at + 16)), 16);
    hash = 0n;
    for (let bit = 0; bit < 128; bit++) {
      if ((block[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) hash ^= multiples[bit] ?? 0n;
    }
  }
  return hash;
}

function padded(bytes: Uint8Array): Uint8Array {
  return concat(bytes, new Uint8Array((16 - (bytes.length % 16)) % 16));
}

/** AES-128-GCM with nonces of 12 bytes. */
export function referenceCipher(key: Uint8Array): Cipher {
  const keys = expandKey(key);
  const multiples = multiplesOf(numberOf(encryptBlock(keys, new Uint8Array(16))));
  const stream = (nonce: Uint8Array, count: number) =>
    encryptBlock(keys, concat(nonce, bytesOf(BigInt(count), 4)));
  const crypt = (nonce: Uint8Array, data: Uint8Array) => {
    const result = data.slice();
    for (let at = 0; at < data.length; at += 16) {
      const mask = stream(nonce, 2 + at / 16);
      for (let i = at; i < Math.min(at + 16, data.length); i++) {
        result[i] = (data[i] ?? 0) ^ (mask[i - at] ?? 0);
      }
    }
    return result;
  };
  const tagOf = (nonce: Uint8Array, additional: Uint8Array, data: Uint8Array) => {
    const lengths = (BigInt(8 * additional.length) << 64n) | BigInt(8 * data.length);
    const hash = ghash(multiples, concat(padded(additional), padded(data), bytesOf(lengths, 16)));
    return bytesOf(hash ^ numberOf(stream(nonce, 1)), 16);
  };
  return {
    seal(nonce, additional, plain) {
      const data = crypt(nonce, plain);
      return concat(data, tagOf(nonce, additional, data));
    },
    open(nonce, additional, sealed) {
      const data = sealed.subarray(0, sealed.length - 16);
      const tag = tagOf(nonce, additional, data);
      return equal(tag, sealed.subarray(data.length)) ? crypt(nonce, data) : undefined;
    },
  };
}
