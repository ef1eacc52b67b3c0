// SPDX-License-Identifier: MIT

/** The numbers of pins from one to another, both among them. */
export function pinRange(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
