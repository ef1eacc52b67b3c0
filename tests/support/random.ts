// SPDX-License-Identifier: MIT

/** The simulator's repeatable random source: the same seed gives the same numbers everywhere. */
export { randomFrom as seededRandom } from "../../hosts/virtual/noise.ts";
