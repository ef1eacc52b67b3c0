// SPDX-License-Identifier: MIT

/** Stands where the firmware is built without a DHT sensor; nobody makes one. */
export class DHT {}
