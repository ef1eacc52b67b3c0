// SPDX-License-Identifier: MIT

// Only JavaScript can name a function in C; everything else is in pulse-source.ts.

export const openLine = native("xs_pulses_open");
export const captureLine = native("xs_pulses_capture");
export const closeLine = native("xs_pulses_close");
