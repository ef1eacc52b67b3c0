// SPDX-License-Identifier: MIT

/** From now on a write to a broken connection fails and does not end the simulator. */
export function ignoreBrokenPipe(): void;
