// SPDX-License-Identifier: MIT

// SHA-2 straight from FIPS 180-4, with big integers: slow, and the same on Node and XS.

import type { HashName } from "../../modules/tls/tls-crypto.ts";

interface Variant {
  /** Bits of a word. */
  readonly word: bigint;
  readonly rounds: number;
  readonly Sigma: readonly (readonly [bigint, bigint, bigint])[];
  readonly sigma: readonly (readonly [bigint, bigint, bigint])[];
}

const small: Variant = {
  word: 32n,
  rounds: 64,
  Sigma: [
    [2n, 13n, 22n],
    [6n, 11n, 25n],
  ],
  sigma: [
    [7n, 18n, 3n],
    [17n, 19n, 10n],
  ],
};
const large: Variant = {
  word: 64n,
  rounds: 80,
  Sigma: [
    [28n, 34n, 39n],
    [14n, 18n, 41n],
  ],
  sigma: [
    [1n, 8n, 7n],
    [19n, 61n, 6n],
  ],
};

function primes(count: number): bigint[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) if (found.every((p) => n % p !== 0)) found.push(n);
  return found.map(BigInt);
}

/** The first bits behind the point of the `degree`-th root of n. */
function rootBits(n: bigint, degree: bigint, bits: bigint): bigint {
  const scaled = n << (degree * bits);
  let [low, high] = [0n, 1n << (bits + 12n)];
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** degree <= scaled) low = middle;
    else high = middle;
  }
  return low & ((1n << bits) - 1n);
}

const starts: Readonly<Record<HashName, () => bigint[]>> = {
  "SHA-256": () => primes(8).map((p) => rootBits(p, 2n, 32n)),
  "SHA-384": () =>
    primes(16)
      .slice(8)
      .map((p) => rootBits(p, 2n, 64n)),
  "SHA-512": () => primes(8).map((p) => rootBits(p, 2n, 64n)),
};

const remembered = new Map<string, readonly bigint[]>();

function remember(name: string, make: () => readonly bigint[]): readonly bigint[] {
  const known = remembered.get(name) ?? make();
  remembered.set(name, known);
  return known;
}

/** The SHA-2 hash of these bytes. */
export function referenceHash(name: HashName, bytes: Uint8Array): Uint8Array {
  const { word, rounds, Sigma, sigma } = name === "SHA-256" ? small : large;
  const mask = (1n << word) - 1n;
  const turn = (x: bigint, n: bigint) => ((x >> n) | (x << (word - n))) & mask;
  const mix = (x: bigint, [a, b, c] = [0n, 0n, 0n] as readonly [bigint, bigint, bigint]) =>
    turn(x, a) ^ turn(x, b) ^ turn(x, c);
  const shift = (x: bigint, [a, b, c] = [0n, 0n, 0n] as readonly [bigint, bigint, bigint]) =>
    turn(x, a) ^ turn(x, b) ^ (x >> c);
  const constants = remember(`${word}`, () => primes(rounds).map((p) => rootBits(p, 3n, word)));
  const state = [...remember(name, starts[name])];
  for (const block of blocksOf(bytes, Number(word) / 8)) {
    const w = [...block];
    for (let i = 16; i < rounds; i++) {
      const [x, y] = [w[i - 2] ?? 0n, w[i - 15] ?? 0n];
      w[i] =
        (shift(x, sigma[1]) + (w[i - 7] ?? 0n) + shift(y, sigma[0]) + (w[i - 16] ?? 0n)) & mask;
    }
    let [a = 0n, b = 0n, c = 0n, d = 0n, e = 0n, f = 0n, g = 0n, h = 0n] = state;
    for (let i = 0; i < rounds; i++) {
      const choice = (e & f) ^ (~e & mask & g);
      const one = h + mix(e, Sigma[1]) + choice + (constants[i] ?? 0n) + (w[i] ?? 0n);
      const two = mix(a, Sigma[0]) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) & mask, c, b, a, (one + two) & mask];
    }
    for (const [i, value] of [a, b, c, d, e, f, g, h].entries()) {
      state[i] = ((state[i] ?? 0n) + value) & mask;
    }
  }
  const hex = state.map((value) => value.toString(16).padStart(Number(word) / 4, "0")).join("");
  const size = Number(name.slice(4)) / 8;
  return Uint8Array.from({ length: size }, (_, i) =>
    Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16),
  );
}

function blocksOf(bytes: Uint8Array, wordSize: number): bigint[][] {
  const blockSize = 16 * wordSize;
  const length = Math.ceil((bytes.length + 1 + 2 * wordSize) / blockSize) * blockSize;
  const padded = new Uint8Array(length);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  new DataView(padded.buffer).setUint32(length - 4, bytes.length * 8);
  const blocks: bigint[][] = [];
  for (let at = 0; at < length; at += wordSize) {
    if (at % blockSize === 0) blocks.push([]);
    let value = 0n;
    for (const byte of padded.subarray(at, at + wordSize)) value = (value << 8n) | BigInt(byte);
    blocks.at(-1)?.push(value);
  }
  return blocks;
}
