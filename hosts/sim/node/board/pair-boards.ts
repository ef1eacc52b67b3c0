// SPDX-License-Identifier: MIT

import type { KeyValueDomain } from "../../../../modules/ecma-419/key-value.ts";
import { PeerStore } from "../../../../modules/pairing/peer-store.ts";
import type { StorageFile } from "./storage-file.ts";

type Storage = Pick<StorageFile, "read" | "write">;

/** What a board has stored of its peers. */
function storeOf(storage: Storage): PeerStore {
  return new PeerStore({
    read(key) {
      const stored = storage.read("pairing", key);
      return stored && new Uint8Array(stored).buffer;
    },
    write: (key, value) => storage.write("pairing", key, value),
  } as KeyValueDomain);
}

/** Names of the boards with which a board is paired, by what it has stored. */
export function peersOf(storage: Storage): string[] {
  const { peers } = storeOf(storage).load();
  return peers.filter(({ state }) => state === "paired").map(({ name }) => name);
}

/** Stores pairs at one end, as if they had been made: for a board that is measured. */
export function storePairs(
  storage: Storage,
  peers: readonly {
    readonly name: string;
    readonly secret: Uint8Array;
    readonly isInitiator: boolean;
  }[],
): void {
  storeOf(storage).save(peers.map((peer) => ({ ...peer, state: "paired" })));
}
