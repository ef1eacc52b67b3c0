// SPDX-License-Identifier: MIT

import type { KeyValueDomain } from "../ecma-419/key-value.ts";
import { decodePeers, encodePeers, type PeerRecord, type PeersRecord } from "./peer-record.ts";

/** Keys of the two copies. */
export const peerKeys = Object.freeze(["peers-a", "peers-b"] as const);

/** What was found in the storage. */
export interface FoundPeers {
  readonly peers: readonly PeerRecord[];
  /** A copy was there and could not be read. */
  readonly isDamaged: boolean;
}

/**
 * Keeps the peers of a board in one record, in two copies that are written in turn: when the power
 * fails during a write, the record before it is still whole.
 */
export class PeerStore {
  readonly #domain: KeyValueDomain;
  #next = 0;
  #writes = 1;

  constructor(domain: KeyValueDomain) {
    this.#domain = domain;
  }

  /** Reads what is stored, once. Throws what the domain throws. */
  load(): FoundPeers {
    let newest: PeersRecord | undefined;
    let isDamaged = false;
    for (const [index, key] of peerKeys.entries()) {
      const stored = this.#domain.read(key);
      const record = stored && decodePeers(stored);
      isDamaged ||= stored !== undefined && record === undefined;
      if (!record || (newest && newest.writes > record.writes)) continue;
      newest = record;
      this.#next = 1 - index;
      this.#writes = record.writes + 1;
    }
    return { peers: newest?.peers ?? [], isDamaged };
  }

  /**
   * Makes `peers` the stored ones. Throws what the domain throws; the old ones hold then. With a peer less
   * both copies are written: no secret of a pair that is over stays behind.
   */
  save(peers: readonly PeerRecord[], isLess = false): void {
    this.write(peers);
    if (!isLess) return;
    try {
      this.write(peers);
    } catch {
      // The older copy holds one more until the next write.
    }
  }

  private write(peers: readonly PeerRecord[]): void {
    const bytes = encodePeers({ writes: this.#writes, peers });
    this.#domain.write(peerKeys[this.#next] as string, bytes);
    this.#writes++;
    this.#next = 1 - this.#next;
  }
}
