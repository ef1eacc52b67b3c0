// SPDX-License-Identifier: MIT

// Only JavaScript can name a function in C; everything else is in memory.ts.

export const heapFigure = native("xs_heap_figure");
