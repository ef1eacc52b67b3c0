// SPDX-License-Identifier: MIT

/** So many letters more, less or other than the right ones are taken for a slip. */
const mostSlips = 3;

/** The name that was probably meant by `wrong`: nearly the same, or its own end; or undefined. */
export function nearestName(wrong: string, names: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let least = Math.min(mostSlips, wrong.length >> 1) + 1;
  for (let i = 0; i < names.length; i++) {
    const name = names[i] ?? "";
    const slips = name.endsWith(`.${wrong}`) ? 1 : slipsBetween(wrong, name, least);
    if (slips >= least) continue;
    least = slips;
    nearest = name;
  }
  return nearest;
}

/** Letters to add, drop or replace; `limit` when there are so many or more. */
function slipsBetween(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  const row = new Uint8Array(b.length + 1);
  for (let j = 1; j <= b.length; j++) row[j] = j;
  for (let i = 1; i <= a.length; i++) {
    let corner = i - 1;
    row[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1;
      const slips = Math.min(corner + same, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      corner = row[j] ?? 0;
      row[j] = slips;
    }
  }
  return row[b.length] ?? 0;
}
