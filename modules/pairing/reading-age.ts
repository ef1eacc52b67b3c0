// SPDX-License-Identifier: MIT

/** A reading of another board is shown as it is until it is so old, ms. */
export const freshAge = 60_000;

/** A time span, ms, for people: `17 min`. */
export function spanOf(span: number): string {
  const seconds = Math.floor(span / 1_000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}

/** How long ago something was, ms, for people: `17 min ago`. */
export function agoOf(span: number): string {
  return `${spanOf(span)} ago`;
}
