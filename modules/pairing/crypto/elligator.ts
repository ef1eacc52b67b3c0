// SPDX-License-Identifier: MIT

/** The field of Curve25519 (RFC 7748 section 4.1), and the A of its curve. */
const p = 2n ** 255n - 19n;
const A = 486_662n;

/**
 * Elligator 2 (RFC 9380 section 6.7.1, Z = 2) for Curve25519: 32 bytes of any value, of which the
 * highest bit does not count, become the u-coordinate of a point. Takes about 250,000 compute units.
 */
export function elligator2(bytes: Uint8Array): Uint8Array {
  const r = fieldElement(bytes);
  // 1 + 2r² is never 0: -1/2 is not a square in this field.
  const x1 = mod(-A * inverse(mod(1n + 2n * r * r)));
  const gx1 = mod(mod(x1 * x1) * (x1 + A) + x1);
  return bytesOf(isSquare(gx1) ? x1 : mod(-x1 - A));
}

function mod(value: bigint): bigint {
  const rest = value % p;
  return rest < 0n ? rest + p : rest;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % p;
    square = (square * square) % p;
  }
  return result;
}

function inverse(value: bigint): bigint {
  return power(value, p - 2n);
}

/** Euler's criterion; 0 is a square. */
function isSquare(value: bigint): boolean {
  return power(value, (p - 1n) / 2n) !== p - 1n;
}

/** Little-endian, without the highest bit. */
function fieldElement(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = 31; i >= 0; i--) {
    const byte = (bytes[i] as number) & (i === 31 ? 0x7f : 0xff);
    value = (value << 8n) | BigInt(byte);
  }
  return mod(value);
}

function bytesOf(value: bigint): Uint8Array {
  const bytes = new Uint8Array(32);
  let rest = value;
  for (let i = 0; i < 32; i++) {
    bytes[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}
