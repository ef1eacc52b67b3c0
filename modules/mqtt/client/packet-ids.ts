// SPDX-License-Identifier: MIT

import { LARGEST_ID } from "../codec/packet.ts";

/** Gives out packet ids 1–65,535 in turn, never one that is in use (section 2.3.1). */
export class PacketIds {
  #last: number;

  /** `last`: the id given out last, 0–65,535. A random one keeps two lives of a board apart. */
  constructor(last = 0) {
    this.#last = last;
  }

  /** The next id for which `isUsed` is false; undefined when all are in use. */
  next(isUsed: (id: number) => boolean): number | undefined {
    for (let tries = 0; tries < LARGEST_ID; tries++) {
      this.#last = this.#last >= LARGEST_ID ? 1 : this.#last + 1;
      if (!isUsed(this.#last)) return this.#last;
    }
    return undefined;
  }
}
