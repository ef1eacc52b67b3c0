// SPDX-License-Identifier: MIT

import type { KeyValueDomain } from "../ecma-419/key-value.ts";

const key = "update";

/** What was written to a slot, until the firmware there has shown itself. */
export interface WrittenUpdate {
  readonly slot: number;
  readonly version: string;
}

/** The update that the next start has to come from; a damaged record is deleted. Both throw what the storage throws. */
export function readUpdate(store: KeyValueDomain): WrittenUpdate | undefined {
  const bytes = store.read(key);
  if (!bytes) return undefined;
  const text = new TextDecoder().decode(bytes);
  const [, slot, version] = /^([01]) ([!-~]{1,16})$/.exec(text) ?? [];
  if (version !== undefined) return { slot: Number(slot), version };
  store.delete(key);
  return undefined;
}

/** Undefined: there is none any more. */
export function writeUpdate(store: KeyValueDomain, update: WrittenUpdate | undefined): void {
  if (update === undefined) store.delete(key);
  else store.write(key, new TextEncoder().encode(`${update.slot} ${update.version}`));
}
