// SPDX-License-Identifier: MIT

// Only JavaScript can name a function in C.

export const entropy = native("xs_entropy");
