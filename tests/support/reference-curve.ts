// SPDX-License-Identifier: MIT

// Elliptic curves as textbooks have them, in Jacobian coordinates: the same on Node and XS.

import type { Curve, Point } from "../../modules/tls/curves.ts";

/** base ^ exponent modulo m. */
export function powerOf(base: bigint, exponent: bigint, m: bigint): bigint {
  let result = 1n;
  let square = base % m;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % m;
    square = (square * square) % m;
  }
  return result;
}

/** x / z², y / z³; z is 0 at infinity. */
type Jacobian = readonly [x: bigint, y: bigint, z: bigint];

const infinity: Jacobian = [1n, 1n, 0n];

function double({ a, p }: Curve, [x, y, z]: Jacobian): Jacobian {
  if (z === 0n || y === 0n) return infinity;
  const yy = (y * y) % p;
  const s = (4n * x * yy) % p;
  const m = (3n * x * x + a * z ** 4n) % p;
  const x3 = (m * m - 2n * s) % p;
  return [x3, (m * (s - x3) - 8n * yy * yy) % p, (2n * y * z) % p];
}

function add(curve: Curve, one: Jacobian, two: Jacobian): Jacobian {
  const { p } = curve;
  const [x1, y1, z1] = one;
  const [x2, y2, z2] = two;
  if (z1 === 0n) return two;
  if (z2 === 0n) return one;
  const [zz1, zz2] = [(z1 * z1) % p, (z2 * z2) % p];
  const u = (x1 * zz2) % p;
  const s = (y1 * zz2 * z2) % p;
  const h = (x2 * zz1 - u) % p;
  const r = (y2 * zz1 * z1 - s) % p;
  if (h === 0n) return r === 0n ? double(curve, one) : infinity;
  const hh = (h * h) % p;
  const hhh = (hh * h) % p;
  const v = (u * hh) % p;
  const x3 = (r * r - hhh - 2n * v) % p;
  return [x3, (r * (v - x3) - s * hhh) % p, (h * z1 * z2) % p];
}

function pointOf({ p }: Curve, [x, y, z]: Jacobian): Point | undefined {
  const positive = (value: bigint) => ((value % p) + p) % p;
  if (positive(z) === 0n) return undefined;
  const inverse = powerOf(positive(z), p - 2n, p);
  const square = (inverse * inverse) % p;
  return { x: positive(x * square), y: positive(y * square * inverse) };
}

/** The sum of two points; undefined is the point at infinity. */
export function sumOf(
  curve: Curve,
  one: Point | undefined,
  two: Point | undefined,
): Point | undefined {
  if (!one || !two) return one ?? two;
  return pointOf(curve, add(curve, [one.x, one.y, 1n], [two.x, two.y, 1n]));
}

/** factor · point. */
export function productOf(curve: Curve, point: Point, factor: bigint): Point | undefined {
  let result = infinity;
  for (const bit of factor.toString(2)) {
    result = double(curve, result);
    if (bit === "1") result = add(curve, result, [point.x, point.y, 1n]);
  }
  return pointOf(curve, result);
}
