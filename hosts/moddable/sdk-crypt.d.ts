// SPDX-License-Identifier: MIT

/** A hash being computed. */
export class Digest {
  /** "SHA256", "SHA384", "SHA512". */
  constructor(type: string);
  write(data: Uint8Array): void;
  /** The hash; with `more` true it can be continued. */
  close(more?: boolean): ArrayBuffer;
}

/** The hash of GCM over additional data and what is written. */
export class GHASH extends Digest {
  constructor(hashKey: ArrayBuffer, additional: ArrayBuffer);
}

export class BlockCipher {
  constructor(cipher: "AES", key: ArrayBuffer);
  /** Encrypts one block of 16 bytes. */
  encrypt(data: ArrayBuffer): ArrayBuffer;
}

/** A stream made of a block cipher. */
export class Mode {
  constructor(mode: "CTR", cipher: BlockCipher);
  /** The first counter, 16 bytes. */
  setIV(counter: ArrayBuffer): void;
  encrypt(data: Uint8Array): ArrayBuffer;
}

/** A point of a curve. */
export class ECPoint {
  constructor(x: bigint, y: bigint);
  readonly x: bigint;
  readonly y: bigint;
  /** At infinity. */
  isZero(): boolean;
}

/** The curve y² = x³ + ax + b modulo m. */
export class EC {
  constructor(a: bigint, b: bigint, m: bigint);
  mul(point: ECPoint, factor: bigint): ECPoint;
  /** first · one + second · two. */
  mul2(one: ECPoint, first: bigint, two: ECPoint, second: bigint): ECPoint;
}

/** Numbers modulo an odd m. */
export class Mont {
  constructor(options: { readonly m: bigint });
  exp(base: bigint, exponent: bigint): bigint;
}
