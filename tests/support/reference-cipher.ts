// SPDX-License-Identifier: MIT

// AES-128 (FIPS 197) in Galois/Counter Mode (NIST SP 800-38D), as written there: slow.

import { bytesOf, concat, equal, numberOf } from "../../modules/tls/bytes.ts";
import type { Cipher } from "../../modules/tls/tls-crypto.ts";

const double = (x: number): number => ((x << 1) ^ (x & 0x80 ? 0x1b : 0)) & 0xff;

function product(a: number, b: number): number {
  let [result, x] = [0, a];
  for (let rest = b; rest > 0; rest >>= 1) {
    if (rest & 1) result ^= x;
    x = double(x);
  }
  return result;
}

/** The S-box: the inverse, then an affine map. */
const substitutes = Uint8Array.from({ length: 256 }, (_, x) => {
  let inverse = 0;
  while (x !== 0 && product(x, inverse) !== 1) inverse++;
  let result = 0x63;
  for (let i = 0; i < 5; i++) result ^= (inverse << i) | (inverse >> (8 - i));
  return result & 0xff;
});

const substitute = (x: number | undefined): number => substitutes[x ?? 0] ?? 0;

function roundKeys(key: Uint8Array): Uint8Array {
  const keys = new Uint8Array(176);
  keys.set(key);
  let constant = 1;
  for (let at = 16; at < 176; at += 4) {
    const word = [...keys.subarray(at - 4, at)];
    if (at % 16 === 0) {
      word.push(word.shift() ?? 0);
      for (let i = 0; i < 4; i++) word[i] = substitute(word[i]);
      word[0] = (word[0] ?? 0) ^ constant;
      constant = double(constant);
    }
    for (let i = 0; i < 4; i++) keys[at + i] = (keys[at - 16 + i] ?? 0) ^ (word[i] ?? 0);
  }
  return keys;
}

function encrypt(keys: Uint8Array, block: Uint8Array): Uint8Array {
  const state = block.map((byte, i) => byte ^ (keys[i] ?? 0));
  for (let round = 1; round <= 10; round++) {
    const old = state.slice();
    for (let i = 0; i < 16; i++) state[i] = substitute(old[(i + 4 * (i % 4)) % 16]);
    if (round < 10) {
      for (let column = 0; column < 16; column += 4) mix(state.subarray(column, column + 4));
    }
    for (let i = 0; i < 16; i++) state[i] = (state[i] ?? 0) ^ (keys[16 * round + i] ?? 0);
  }
  return state;
}

function mix(column: Uint8Array): void {
  const old = column.slice();
  for (let i = 0; i < 4; i++) {
    const [a = 0, b = 0, c = 0, d = 0] = [0, 1, 2, 3].map((k) => old[(i + k) % 4]);
    column[i] = double(a) ^ double(b) ^ b ^ c ^ d;
  }
}

/** The hash key times x ^ 0 to 127. */
function multiplesOf(key: bigint): bigint[] {
  const multiples = [key];
  for (let v = key; multiples.length < 128; multiples.push(v)) {
    v = v & 1n ? (v >> 1n) ^ (0xe1n << 120n) : v >> 1n;
  }
  return multiples;
}

function ghash(multiples: readonly bigint[], ...parts: readonly Uint8Array[]): bigint {
  let y = 0n;
  for (const part of parts) {
    for (let at = 0; at < part.length; at += 16) {
      const block = new Uint8Array(16);
      block.set(part.subarray(at, at + 16));
      const x = bytesOf(y ^ numberOf(block), 16);
      y = 0n;
      for (let i = 0; i < 128; i++) {
        if ((x[i >> 3] ?? 0) & (0x80 >> (i & 7))) y ^= multiples[i] ?? 0n;
      }
    }
  }
  return y;
}

/** AES-128-GCM in plain TypeScript. */
export function referenceCipher(key: Uint8Array): Cipher {
  const keys = roundKeys(key);
  const multiples = multiplesOf(numberOf(encrypt(keys, new Uint8Array(16))));
  const counter = (nonce: Uint8Array, count: number) => concat(nonce, bytesOf(BigInt(count), 4));
  const crypt = (nonce: Uint8Array, data: Uint8Array) => {
    const result = data.slice();
    for (let at = 0; at < data.length; at += 16) {
      const mask = encrypt(keys, counter(nonce, 2 + at / 16));
      for (let i = at; i < Math.min(at + 16, data.length); i++) {
        result[i] = (result[i] ?? 0) ^ (mask[i - at] ?? 0);
      }
    }
    return result;
  };
  const tagOf = (nonce: Uint8Array, additional: Uint8Array, data: Uint8Array) => {
    const lengths = concat(
      bytesOf(BigInt(8 * additional.length), 8),
      bytesOf(BigInt(8 * data.length), 8),
    );
    const mask = numberOf(encrypt(keys, counter(nonce, 1)));
    return bytesOf(ghash(multiples, additional, data, lengths) ^ mask, 16);
  };
  return {
    seal(nonce, additional, plain) {
      const data = crypt(nonce, plain);
      return concat(data, tagOf(nonce, additional, data));
    },
    open(nonce, additional, sealed) {
      const data = sealed.subarray(0, -16);
      const isGood = equal(tagOf(nonce, additional, data), sealed.subarray(-16));
      return isGood ? crypt(nonce, data) : undefined;
    },
  };
}
