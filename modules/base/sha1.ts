// SPDX-License-Identifier: MIT

/**
 * SHA-1 (FIPS 180-4 section 6.1) of some bytes, 20 bytes. It is broken as a protection, and here only
 * because protocols count with it: RFC 6455 has a WebSocket server prove with it that it is one.
 */
export function sha1(bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array((bytes.length + 72) & ~63);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const words = new DataView(padded.buffer);
  words.setUint32(padded.length - 4, bytes.length * 8);
  const hash = new DataView(new ArrayBuffer(20));
  [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0].forEach((word, i) => {
    hash.setUint32(4 * i, word);
  });
  const schedule = new Uint32Array(80);
  for (let at = 0; at < padded.length; at += 64) {
    for (let i = 0; i < 16; i++) schedule[i] = words.getUint32(at + 4 * i);
    takeBlock(hash, schedule);
  }
  return new Uint8Array(hash.buffer);
}

function takeBlock(hash: DataView, w: Uint32Array): void {
  let a = hash.getUint32(0);
  let b = hash.getUint32(4);
  let c = hash.getUint32(8);
  let d = hash.getUint32(12);
  let e = hash.getUint32(16);
  for (let i = 0; i < 80; i++) {
    if (i >= 16) {
      const mixed = at(w, i - 3) ^ at(w, i - 8) ^ at(w, i - 14) ^ at(w, i - 16);
      w[i] = rotated(mixed, 1);
    }
    const next = rotated(a, 5) + round(i, b, c, d) + e + at(w, i);
    e = d;
    d = c;
    c = rotated(b, 30);
    b = a;
    a = next >>> 0;
  }
  [a, b, c, d, e].forEach((word, i) => {
    hash.setUint32(4 * i, hash.getUint32(4 * i) + word);
  });
}

/** The function of a round and its constant. */
function round(i: number, b: number, c: number, d: number): number {
  if (i < 20) return ((b & c) | (~b & d)) + 0x5a827999;
  if (i < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  if (i < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
  return (b ^ c ^ d) + 0xca62c1d6;
}

function rotated(word: number, count: number): number {
  return (word << count) | (word >>> (32 - count));
}

function at(words: Uint32Array, index: number): number {
  return words[index] as number;
}
