// SPDX-License-Identifier: MIT

import { messageOf } from "../base/app-error.ts";
import { decodeUtf8 } from "../base/utf8.ts";
import type { KeyValueDomain } from "../ecma-419/key-value.ts";
import { migrate } from "./migrate.ts";
import {
  type DecodedRecord,
  decodeSettingsRecord,
  encodeSettingsRecord,
  recordFormat,
  type StoredValues,
} from "./settings-record.ts";

/** Keys of the two copies. */
const slots = Object.freeze(["settings-a", "settings-b"] as const);

/** What was found in the storage. */
export interface FoundSettings {
  readonly values: StoredValues;
  /** What the other copy holds, when it is whole; after a power cut, more than the write before. */
  readonly older?: StoredValues | undefined;
  /** What was wrong, one line each, without values. */
  readonly problems: readonly string[];
}

/**
 * Keeps the stored settings in one record, in two copies that are written in turn: when the power
 * fails during a write, the record before it is still whole.
 */
export class SettingsStore {
  readonly #domain: KeyValueDomain;
  /** Copy that is written next, and the number of its write. */
  #next = 0;
  #writes = 1;
  /** Of what is written: that of a later firmware when its values are among them. */
  #format = recordFormat;

  constructor(domain: KeyValueDomain) {
    this.#domain = domain;
  }

  /** Reads what is stored, once. Throws what the domain throws. */
  load(): FoundSettings {
    const [first, second] = slots.map((key) => this.read(key));
    if (!first && !second) return this.loadFormat0();
    const newest = newerOf(first, second);
    const count = (copy: DecodedRecord | undefined) => writesOf(copy) ?? 0;
    this.#writes = Math.max(count(first), count(second)) + 1;
    // Never over the copy that is in force.
    this.#next = newest !== undefined && newest === first ? 1 : 0;
    if (newest) this.#format = Math.max(recordFormat, newest.format);
    const older = wholeOf(newest === first ? second : first);
    return {
      values: newest ? valuesOf(newest) : new Map(),
      older: older && valuesOf(older),
      problems: problemsOf(first, second, newest),
    };
  }

  /** Makes `values` the stored ones. Throws what the domain throws; the old ones hold then. */
  save(values: StoredValues): void {
    // Nothing is left of a later firmware.
    if (values.size === 0) this.#format = recordFormat;
    const record = { writes: this.#writes, values };
    this.#domain.write(slots[this.#next] ?? slots[0], encodeSettingsRecord(record, this.#format));
    this.#writes++;
    this.#next = 1 - this.#next;
  }

  private read(key: string): DecodedRecord | undefined {
    const stored = this.#domain.read(key);
    return stored && decodeSettingsRecord(stored);
  }

  /** The first firmware had a key for each value; they give way to a record. */
  private loadFormat0(): FoundSettings {
    const old = new Map<string, string>();
    for (const key of [...this.#domain]) {
      const text = decodeUtf8(new Uint8Array(this.#domain.read(key) ?? []));
      if (text !== undefined) old.set(key, text);
    }
    const values = migrate(old, 0);
    if (old.size === 0) return { values, problems: [] };
    try {
      this.save(values);
      for (const key of old.keys()) this.#domain.delete(key);
      return { values, problems: [] };
    } catch (error) {
      // They are still there under their old keys, or in the record already.
      return { values, problems: [`settings kept in their old format: ${messageOf(error)}`] };
    }
  }
}

type WholeRecord = DecodedRecord & { readonly kind: "whole" };

function wholeOf(copy: DecodedRecord | undefined): WholeRecord | undefined {
  return copy?.kind === "whole" ? copy : undefined;
}

function valuesOf({ record, format }: WholeRecord): StoredValues {
  return migrate(record.values, format);
}

function writesOf(copy: DecodedRecord | undefined): number | undefined {
  if (copy?.kind === "newer") return copy.writes;
  return wholeOf(copy)?.record.writes;
}

function newerOf(
  first: DecodedRecord | undefined,
  second: DecodedRecord | undefined,
): WholeRecord | undefined {
  const [a, b] = [wholeOf(first), wholeOf(second)];
  if (!a || !b) return a ?? b;
  return b.record.writes > a.record.writes ? b : a;
}

function problemsOf(
  first: DecodedRecord | undefined,
  second: DecodedRecord | undefined,
  newest: WholeRecord | undefined,
): string[] {
  const consequence = newest ? "those stored before hold" : "defaults hold";
  const problems: string[] = [];
  if (newest && newest.format > recordFormat) {
    const what = `stored settings have format ${newest.format} of a later firmware`;
    problems.push(`${what}; what is known of them holds`);
  }
  if (first?.kind === "damaged" || second?.kind === "damaged") {
    problems.push(`stored settings are damaged; ${consequence}`);
  }
  const newer = first?.kind === "newer" ? first : second?.kind === "newer" ? second : undefined;
  if (newer) {
    problems.push(
      `stored settings have format ${newer.format} of a later firmware; ${consequence}`,
    );
  }
  return problems;
}
