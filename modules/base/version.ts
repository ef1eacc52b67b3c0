// SPDX-License-Identifier: MIT

/** Version of the firmware, the same as in package.json (checked by a test). */
export const version = "0.2.0";
