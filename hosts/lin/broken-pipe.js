// SPDX-License-Identifier: MIT

// Only JavaScript can name a function in C; start.ts calls it.

export const ignoreBrokenPipe = native("xs_ignore_broken_pipe");
