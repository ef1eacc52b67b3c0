// SPDX-License-Identifier: MIT

/**
 * The value of a JSON text from outside, undefined when it is none. XS keeps every property name for
 * ever that it has once seen: only those in `names` become properties there. Other engines keep all.
 */
export function parseNamed(text: string, names: readonly string[]): unknown {
  try {
    // An array is no reviver; XS takes it for the names.
    return JSON.parse(text, names as unknown as (key: string, value: unknown) => unknown);
  } catch {
    return undefined;
  }
}
