// SPDX-License-Identifier: MIT

import { labNetwork } from "../../../virtual/access-points.ts";
import type { StorageFile } from "./storage-file.ts";

/**
 * What a new board has stored: it comes as if it had been on the lab's network before, which a real
 * one has from its second start on, so that it need not scan. What is stored already stays.
 */
export function furnishStorage(storage: Pick<StorageFile, "read" | "write">): void {
  if (storage.read("wifi", "joined") !== undefined) return;
  const { channel, SSID } = labNetwork;
  storage.write("wifi", "joined", new TextEncoder().encode(`${channel} ${SSID}`));
}
