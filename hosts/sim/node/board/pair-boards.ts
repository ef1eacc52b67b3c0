// SPDX-License-Identifier: MIT

import { PeerStore } from "../../../../modules/pairing/peer-store.ts";
import type { StorageFile } from "./storage-file.ts";

/** Whether a board has stored that it is paired with another of that name. */
export function isPairedWith(storage: Pick<StorageFile, "read">, name: string): boolean {
  const domain = {
    read(key: string): ArrayBuffer | undefined {
      const stored = storage.read("pairing", key);
      return stored && new Uint8Array(stored).buffer;
    },
    write(): void {},
    delete(): void {},
    close(): void {},
    *[Symbol.iterator](): IterableIterator<string> {},
  };
  const { peers } = new PeerStore(domain).load();
  return peers.some((peer) => peer.name === name && peer.state === "paired");
}
