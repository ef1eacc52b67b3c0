// SPDX-License-Identifier: MIT

/**
 * The text of a version word: 0x1100 is "1.1.0", 0x2000 is "2.0.0" (datasheet, FW_APP_VERSION: four
 * bits major, four bits minor, eight bits trivial).
 */
export function versionText(version: number): string {
  return `${version >> 12}.${(version >> 8) & 0x0f}.${version & 0xff}`;
}
