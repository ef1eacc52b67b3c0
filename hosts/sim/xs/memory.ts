// SPDX-License-Identifier: MIT

import type { MemoryUse } from "../../../modules/base/memory-use.ts";
import { channels, operations } from "../protocol.ts";
import { link } from "./machine-link.ts";

/** The engine's heap, which the Node side looks at now and then; it does not tell of chunks. */
export class SimMemory {
  use(): MemoryUse | undefined {
    const answer = link.call(channels.system, operations.heap, new Uint8Array());
    const slots = JSON.parse(new TextDecoder().decode(answer)) as number | null;
    return slots === null ? undefined : { slots };
  }
}
