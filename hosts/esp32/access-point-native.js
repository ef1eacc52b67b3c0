// SPDX-License-Identifier: MIT

// What access-point.c does; the types are in access-point-native.d.ts.

export const openAccessPoint = native("xs_access_point_open");
export const closeAccessPoint = native("xs_access_point_close");
export const accessPointAddress = native("xs_access_point_address");
