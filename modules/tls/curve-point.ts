// SPDX-License-Identifier: MIT

import { bytesOf, concat, numberOf } from "./bytes.ts";
import type { Curve, Point } from "./curves.ts";

/** Form of a point in which both coordinates are given (SEC 1, section 2.3). */
const uncompressed = 4;

/** The point that these bytes stand for; undefined when they stand for none of the curve. */
export function decodePoint(curve: Curve, bytes: Uint8Array): Point | undefined {
  const { size, p, a, b } = curve;
  if (bytes.length !== 1 + 2 * size || bytes[0] !== uncompressed) return undefined;
  const x = numberOf(bytes.subarray(1, 1 + size));
  const y = numberOf(bytes.subarray(1 + size));
  if (x >= p || y >= p) return undefined;
  return (y * y) % p === (x * x * x + a * x + b) % p ? { x, y } : undefined;
}

/** The bytes of a point, both coordinates. */
export function encodePoint({ size }: Curve, { x, y }: Point): Uint8Array<ArrayBuffer> {
  return concat(Uint8Array.of(uncompressed), bytesOf(x, size), bytesOf(y, size));
}
