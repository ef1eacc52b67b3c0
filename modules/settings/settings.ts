// SPDX-License-Identifier: MIT

import { messageOf } from "../base/app-error.ts";
import type { KeyValueDomain } from "../ecma-419/key-value.ts";
import { findSetting, type SettingName, type SettingValue, settingList } from "./setting-list.ts";
import { SettingsError } from "./settings-error.ts";
import { validateSetting } from "./validate-setting.ts";

export interface SettingsOptions {
  /** Where values outlive a restart. */
  readonly store: KeyValueDomain;
  /** Values fixed by the build or the command line; they win over stored ones. */
  readonly given: Readonly<Record<string, unknown>>;
}

/**
 * The board's settings. A value that is not allowed, given or stored, is noted in `problems` and
 * the default holds; nothing here stops the boot.
 */
export class Settings {
  readonly #store: KeyValueDomain;
  readonly #values = new Map<string, string | number>();
  readonly #problems: string[] = [];

  constructor(options: SettingsOptions) {
    this.#store = options.store;
    this.#loadAll();
    for (const name of Object.keys(options.given)) this.#accept(name, options.given[name], "given");
  }

  /** What was refused at the start, one line each, without the values. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  /** The value in force. */
  get<N extends SettingName>(name: N): SettingValue<N> {
    return (this.#values.get(name) ?? settingList[name].default) as SettingValue<N>;
  }

  /**
   * Checks, stores and uses a new value. Throws SettingsError and changes nothing when the name is
   * unknown, the value is not allowed or the store fails.
   */
  set(name: string, value: unknown): void {
    const checked = this.#check(name, value);
    try {
      this.#store.write(keyOf(name), new TextEncoder().encode(String(checked)));
    } catch (error) {
      throw new SettingsError({
        code: "settings/store",
        what: `${name} could not be stored`,
        why: messageOf(error),
        cause: error,
      });
    }
    this.#values.set(name, checked);
  }

  #check(name: string, value: unknown): string | number {
    const setting = findSetting(name);
    if (setting) return validateSetting(name, setting, value);
    throw new SettingsError({
      code: "settings/unknown",
      what: `there is no setting ${JSON.stringify(name)}`,
      todo: "see the list of settings in the README",
    });
  }

  #loadAll(): void {
    try {
      for (const name of Object.keys(settingList)) {
        const stored = this.#store.read(keyOf(name));
        if (stored) this.#accept(name, new TextDecoder().decode(stored), "stored");
      }
    } catch (error) {
      this.#problems.push(`stored settings cannot be read: ${messageOf(error)}; defaults hold`);
    }
  }

  #accept(name: string, value: unknown, origin: string): void {
    try {
      this.#values.set(name, this.#check(name, value));
    } catch (error) {
      this.#problems.push(`${origin} value refused: ${messageOf(error)}`);
    }
  }
}

/** Keys of the ESP32's NVS have at most 15 characters. */
function keyOf(name: string): string {
  return name.slice(0, 15);
}
