// SPDX-License-Identifier: MIT

/**
 * A figure of the XS heap, by number: 0 slots in use, 1 slots that there are, 2 bytes of chunks in
 * use, 3 bytes of chunks that there are, 4 bytes free beside the heap, 5 the
 * least of them since the start, 6 bytes of the stack of C that were never used. -1: there is no such figure.
 */
export function heapFigure(what: number): number;
