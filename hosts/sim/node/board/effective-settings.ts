// SPDX-License-Identifier: MIT

import { settingList } from "../../../../modules/app/setting-list.ts";
import type { KeyValueDomain } from "../../../../modules/ecma-419/key-value.ts";
import { Settings } from "../../../../modules/settings/settings.ts";
import type { StorageFile } from "./storage-file.ts";

/** The settings that a board starts with: what is given, what it has stored, and defaults. */
export function effectiveSettings(
  storage: Pick<StorageFile, "read" | "list">,
  given: Readonly<Record<string, unknown>>,
): Pick<Settings<typeof settingList>, "get"> {
  const domain = "airpair";
  const store: KeyValueDomain = {
    read(key) {
      const stored = storage.read(domain, key);
      return stored && new Uint8Array(stored).buffer;
    },
    // Only looked at: what a newer firmware does to it is done by the board.
    write() {},
    delete() {},
    close() {},
    [Symbol.iterator]: () => storage.list(domain)[Symbol.iterator](),
  };
  return new Settings({ list: settingList, store, given });
}
