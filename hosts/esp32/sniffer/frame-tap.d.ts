// SPDX-License-Identifier: MIT

/** Begins to listen, on no certain channel. Throws when somebody does, or when the radio will not. */
export function openFrames(): void;

/** Goes to a channel, 1–13; what came before is left out. False while the radio cannot. */
export function tuneFrames(channel: number): boolean;

/** Writes the first 16 bytes of the next frame into `header`: its dBm, or undefined without one. */
export function readFrame(header: Uint8Array): number | undefined;

/** Frames since `tuneFrames` for which there was no room. */
export function missedFrames(): number;

/** Ends it; the radio is as it was before. */
export function closeFrames(): void;
