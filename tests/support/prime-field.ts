// SPDX-License-Identifier: MIT

// Arithmetic of curves in numbers, for tests on an engine without a host.

/** The rest of a division, never below 0. */
export function mod(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}

/** By Fermat's little theorem: `prime` has to be one. */
export function inverse(value: bigint, prime: bigint): bigint {
  let result = 1n;
  let square = mod(value, prime);
  for (let exponent = prime - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = mod(result * square, prime);
    square = mod(square * square, prime);
  }
  return result;
}
