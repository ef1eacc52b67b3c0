// SPDX-License-Identifier: MIT

/** Stands where the firmware is built without an ear for other people's frames; nobody makes one. */
export class Sniffer {}
