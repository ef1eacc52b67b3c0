// SPDX-License-Identifier: MIT

/** Commands of `bench/xs/counted-tls.ts`. */
export const tlsSteps = Object.freeze({ nothing: 0, openPlain: 1, openSecure: 2 });
