// SPDX-License-Identifier: MIT

// Only JavaScript can name a function in C; everything else is in retained-memory.ts and
// reset-cause.ts.

export const readMemory = native("xs_rtc_memory_read");
export const writeMemory = native("xs_rtc_memory_write");
export const restartChip = native("xs_rtc_restart");
export const resetReason = native("xs_rtc_reset_reason");
