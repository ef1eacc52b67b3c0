// SPDX-License-Identifier: MIT

/**
 * Takes a pin and a receiver. There is one line: it throws while another is open, when the pin is
 * taken or no output, and when no receiver is free. `onCaptured` gets the widths in µs, 16 bits
 * each, the first one low, or undefined when nothing came; an exception of it ends the firmware.
 */
export function openLine(pin: number, onCaptured: (widths: ArrayBuffer | undefined) => void): void;

/** Pulls the line low for so many µs, then listens. Throws when the receiver cannot start. */
export function captureLine(startLow: number): void;

/** Lets the pin go. Afterwards `onCaptured` is not called. */
export function closeLine(): void;
