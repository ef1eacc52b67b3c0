// SPDX-License-Identifier: MIT

/**
 * A table that is frozen with all that it holds. Only such tables stay in a board's flash: whatever
 * can be changed takes room in its heap.
 */
export function frozen<const Table extends object>(table: Table): Table {
  for (const row of Object.values(table)) {
    if (typeof row === "object" && row !== null) frozen(row);
  }
  return Object.freeze(table);
}
