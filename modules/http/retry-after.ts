// SPDX-License-Identifier: MIT

/** Nobody is waited for longer, ms. */
const longest = 60 * 60_000;

/**
 * How long a server asks to wait in its header Retry-After (RFC 9110 section 10.2.3), ms, at most an
 * hour; undefined: it does not say, or says a date and nobody knows what time it is. `now`: ms since 1970.
 */
export function retryAfterOf(
  value: string | undefined,
  now: number | undefined,
): number | undefined {
  if (value === undefined) return undefined;
  if (/^[0-9]+$/.test(value)) return Math.min(Number(value) * 1_000, longest);
  const date = Date.parse(value);
  if (Number.isNaN(date) || now === undefined) return undefined;
  return Math.min(Math.max(0, date - now), longest);
}
