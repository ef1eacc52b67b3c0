// SPDX-License-Identifier: MIT

/**
 * A table whose rows are frozen like itself. Only such tables stay in a board's flash: whatever can
 * be changed takes room in its heap.
 */
export function frozen<const Table extends object>(table: Table): Table {
  for (const row of Object.values(table)) Object.freeze(row);
  return Object.freeze(table);
}
