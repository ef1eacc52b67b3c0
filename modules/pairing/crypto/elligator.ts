// SPDX-License-Identifier: MIT

/** The field of Curve25519 (RFC 7748 section 4.1), and the A of its curve. */
const p = 2n ** 255n - 19n;
const mask = 2n ** 255n - 1n;
const A = 486_662n;
/** The exponent (p - 5) / 8 = 2²⁵² - 3 is 50 times five bits that are 1, and 01. */
const windowLength = 5;
const windows = 50;
/** Windows of one step. */
const stepLength = 5;

/**
 * Elligator 2 (RFC 9380 section 6.7.1, Z = 2) for Curve25519: 32 bytes of any value, of which the
 * highest bit does not count, become the u-coordinate of a point. One power gives both the square
 * root that decides and the inverse. It is worked out in eleven steps of at most 4,500 compute units.
 */
export class Elligator2 {
  readonly #n: bigint;
  /** n·d. */
  readonly #value: bigint;
  /** #value³¹. */
  readonly #window: bigint;
  #power = 1n;
  #windows = 0;

  constructor(bytes: Uint8Array) {
    const r = fieldElement(bytes);
    // Neither is 0: -1/2 and A² - 4 are no squares in this field.
    const d = folded(1n + 2n * r * r);
    const n = mod(A * (A * A * (d - 1n) - d * d));
    // u = -A/d is on the curve when u³ + A·u² + u = n/d³ is a square: when n·d is one.
    const value = folded(n * d);
    const fourth = squared(value, 2);
    const seventh = folded(fourth * cubed(value));
    this.#n = n;
    this.#value = value;
    this.#window = folded(folded(squared(fourth, 2) * squared(fourth, 1)) * seventh);
  }

  /** Does the next step. Returns the u-coordinate, 32 bytes, with the last one. */
  step(): Uint8Array | undefined {
    if (this.#windows === windows) return bytesOf(this.point());
    for (let i = 0; i < stepLength; i++) {
      this.#power = folded(squared(this.#power, windowLength) * this.#window);
    }
    this.#windows += stepLength;
    return undefined;
  }

  private point(): bigint {
    const value = this.#value;
    const power = folded(squared(this.#power, 2) * value);
    // value^((p-1)/4): a fourth root of 1, and ±1 for a square.
    const root = mod(squared(power, 1) * value);
    // value^(p-2) = 1/value, and n/value = 1/d.
    const inverse = folded(squared(power, 3) * cubed(value));
    const u = mod(-A * folded(inverse * this.#n));
    return root === 1n || root === p - 1n ? u : mod(-A - u);
  }
}

/** The remainder, 0 ≤ x < p. */
function mod(value: bigint): bigint {
  const rest = value % p;
  return rest < 0n ? rest + p : rest;
}

/** Of a product, a number with the same remainder that is hardly longer than p; cheaper than `mod`. */
function folded(value: bigint): bigint {
  const once = (value & mask) + 19n * (value >> 255n);
  return (once & mask) + 19n * (once >> 255n);
}

/** Squares so many times. */
function squared(value: bigint, times: number): bigint {
  let result = value;
  for (let i = 0; i < times; i++) result = folded(result * result);
  return result;
}

function cubed(value: bigint): bigint {
  return folded(folded(value * value) * value);
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
