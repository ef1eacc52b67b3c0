// SPDX-License-Identifier: MIT

// Only JavaScript can name a function in C; everything else is in frame-source.ts.

export const openFrames = native("xs_frames_open");
export const tuneFrames = native("xs_frames_tune");
export const readFrame = native("xs_frames_read");
export const missedFrames = native("xs_frames_missed");
export const closeFrames = native("xs_frames_close");
