// SPDX-License-Identifier: MIT

import type { KeyValueDomain } from "../ecma-419/key-value.ts";
import {
  type BaselineRecord,
  decodeBaselineRecord,
  encodeBaselineRecord,
} from "./baseline-record.ts";

/** What a baseline belongs to: it means nothing in another mode or for another algorithm. */
export interface BaselineKey {
  /** Drive mode, 1–4. */
  readonly mode: number;
  /** Application version word. */
  readonly version: number;
}

const slots = Object.freeze(["a", "b"] as const);

function nameOf(key: BaselineKey): string {
  return `bl${key.mode}-${key.version.toString(16).padStart(4, "0")}-`;
}

/** "bl1-2000-" of "bl1-2000-a"; undefined for other keys of the domain. */
function prefixOf(key: string): string | undefined {
  const isOurs = key.length === 10 && key.startsWith("bl") && key[3] === "-" && key[8] === "-";
  return isOurs ? key.slice(0, 9) : undefined;
}

/**
 * Keeps one baseline record per drive mode and firmware, each in two slots that are written in turn:
 * when power fails during a write, the record before it is still whole.
 */
export class BaselineStore {
  readonly #domain: KeyValueDomain;

  constructor(domain: KeyValueDomain) {
    this.#domain = domain;
  }

  /** The newest whole record. */
  read(key: BaselineKey): BaselineRecord | undefined {
    const name = nameOf(key);
    const first = this.slot(`${name}${slots[0]}`);
    const second = this.slot(`${name}${slots[1]}`);
    if (!first || !second) return first ?? second;
    return second.writes > first.writes ? second : first;
  }

  /** Stores a record as the newest and returns it. Throws what the domain throws. */
  write(key: BaselineKey, content: Omit<BaselineRecord, "writes">): BaselineRecord {
    return this.writeSlot(nameOf(key), content);
  }

  /**
   * Makes all stored baselines invalid, of every mode and firmware; their counts live on. Returns the
   * number of writes.
   */
  forget(): number {
    const names = new Set<string>();
    for (const key of this.#domain) {
      const name = prefixOf(key);
      if (name !== undefined) names.add(name);
    }
    const nothing = { baseline: undefined, minutes: 0, time: undefined };
    for (const name of names) this.writeSlot(name, nothing);
    return names.size;
  }

  private writeSlot(name: string, content: Omit<BaselineRecord, "writes">): BaselineRecord {
    const first = this.slot(`${name}${slots[0]}`)?.writes ?? 0;
    const second = this.slot(`${name}${slots[1]}`)?.writes ?? 0;
    const record = { ...content, writes: Math.max(first, second) + 1 };
    // The older one, or the damaged one, is given up.
    const slot = first > second ? slots[1] : slots[0];
    this.#domain.write(`${name}${slot}`, encodeBaselineRecord(record));
    return record;
  }

  private slot(key: string): BaselineRecord | undefined {
    const stored = this.#domain.read(key);
    return stored && decodeBaselineRecord(stored);
  }
}
