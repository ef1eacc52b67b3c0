// SPDX-License-Identifier: MIT

import { areEqual, asciiBytes } from "../../base/bytes.ts";
import type { HostCrypto } from "../../base/host-crypto.ts";
import type { KeyValueDomain } from "../../ecma-419/key-value.ts";

/** Tries that a code is good for, at each end. */
export const maxTries = 3;
/** Codes whose tries are on record: the last ones. */
const maxCodes = 4;
const markLength = 8;
const entryLength = markLength + 1;
/** Where those of codes that were typed or shown are, and those of codes of the settings. */
const keys = Object.freeze({ typed: "tries", given: "tries-given" } as const);

/** What the tries need of the host. */
export interface TriesOptions {
  readonly crypto: Pick<HostCrypto, "sha256">;
  readonly domain: KeyValueDomain;
  /** The code is one of the settings: those that are typed later do not make it good again. */
  readonly isGiven?: boolean;
}

/**
 * Counts the tries of codes in the storage, so that a start makes none of them good again. A code is on
 * record by 8 bytes of its hash; the record of one value is written whole or not at all.
 */
export class Tries {
  readonly #crypto: Pick<HostCrypto, "sha256">;
  readonly #domain: KeyValueDomain;
  readonly #isGiven: boolean;

  constructor({ crypto, domain, isGiven = false }: TriesOptions) {
    this.#crypto = crypto;
    this.#domain = domain;
    this.#isGiven = isGiven;
  }

  /** Tries that are left of a code, 0–3. */
  left(code: string): number {
    const mark = this.markOf(code);
    const used = Math.max(
      usedIn(this.stored(keys.typed), mark),
      usedIn(this.stored(keys.given), mark),
    );
    return Math.max(0, maxTries - used);
  }

  /** Counts one. False: none was left. Throws what the storage throws: nothing may be tried then. */
  take(code: string): boolean {
    const left = this.left(code);
    if (left === 0) return false;
    this.write(code, maxTries - left + 1);
    return true;
  }

  /** The code has made its pair, or was withdrawn: none is left. Throws what the storage throws. */
  spend(code: string): void {
    this.write(code, maxTries);
  }

  private markOf(code: string): Uint8Array {
    return this.#crypto.sha256(asciiBytes(`airpair tries ${code}`)).slice(0, markLength);
  }

  private stored(key: string): Uint8Array {
    return new Uint8Array(this.#domain.read(key) ?? new ArrayBuffer(0));
  }

  /** The last code that was tried comes first. */
  private write(code: string, used: number): void {
    const key = this.#isGiven ? keys.given : keys.typed;
    const mark = this.markOf(code);
    const stored = this.stored(key);
    const bytes = new Uint8Array(maxCodes * entryLength);
    bytes.set(mark);
    bytes[markLength] = used;
    let end = entryLength;
    for (let at = 0; at + entryLength <= stored.length && end < bytes.length; at += entryLength) {
      const entry = stored.subarray(at, at + entryLength);
      if (isOf(entry, mark)) continue;
      bytes.set(entry, end);
      end += entryLength;
    }
    this.#domain.write(key, bytes.subarray(0, end));
  }
}

function isOf(entry: Uint8Array, mark: Uint8Array): boolean {
  return areEqual(entry.subarray(0, markLength), mark);
}

/** Tries of a code that are on record. */
function usedIn(stored: Uint8Array, mark: Uint8Array): number {
  for (let at = 0; at + entryLength <= stored.length; at += entryLength) {
    const entry = stored.subarray(at, at + entryLength);
    if (isOf(entry, mark)) return entry[markLength] as number;
  }
  return 0;
}
