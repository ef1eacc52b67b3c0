// SPDX-License-Identifier: MIT

// What wifi-direct.c does; the types are in wifi-direct.d.ts.

export const connectDirectly = native("xs_wifi_direct");
