// SPDX-License-Identifier: MIT

import type { MemoryUse } from "../../modules/base/memory-use.ts";
import { heapFigure } from "./heap.js";

/**
 * The heap of XS as it is at the moment. What waits for the garbage collector is counted, modules
 * that lie in flash are not.
 */
export class SDKMemory {
  use(): MemoryUse {
    return {
      slots: heapFigure(0),
      slotLimit: known(heapFigure(1)),
      chunks: heapFigure(2),
      chunkLimit: known(heapFigure(3)),
      free: known(heapFigure(4)),
      leastFree: known(heapFigure(5)),
      leastStack: known(heapFigure(6)),
    };
  }
}

function known(figure: number): number | undefined {
  return figure < 0 ? undefined : figure;
}
