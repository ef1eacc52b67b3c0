// SPDX-License-Identifier: MIT

/**
 * Returns the rule that a text breaks, such as "takes an address like 192.168.1.20", or undefined. It
 * never repeats the text, which may be a secret, and decides about an empty one too.
 */
export type TextCheck = (text: string) => string | undefined;

/** A text of at most `longest` bytes of UTF-8, printable. */
export interface TextSetting {
  readonly kind: "text";
  readonly longest: number;
  /** Absent: every text will do. */
  readonly check?: TextCheck;
  /** The value as it may be shown, when a part of it may be a secret; absent: as it is. */
  readonly shown?: (text: string) => string;
}

/** What kind of value a setting takes, with its limits. */
export type SettingKind =
  | TextSetting
  | {
      readonly kind: "number";
      readonly least: number;
      readonly most: number;
      /** One digit behind the point is allowed; absent: whole numbers. */
      readonly tenths?: true;
    }
  | { readonly kind: "choice"; readonly choices: readonly string[] };

/** One setting: the source of validation, defaults, help and documentation. */
export type Setting = SettingKind & {
  /** Used where nothing is stored or given. */
  readonly default: string | number;
  readonly unit?: string;
  /** Never shown: not in logs, errors or answers. */
  readonly secret?: true;
  /** A change holds at once; without it, after the next start. */
  readonly live?: true;
  readonly help: string;
};

/** Settings by name. Each part of the firmware has its own; a board has those of all its parts. */
export type SettingList = Readonly<Record<string, Setting>>;

/** The type of a setting's value: number, one of the choices, or text. */
export type SettingValue<S> = S extends { readonly choices: readonly (infer Choice)[] }
  ? Choice
  : S extends { readonly kind: "number" }
    ? number
    : string;

/** The setting of that name in a list, or undefined. */
export function settingIn(list: SettingList, name: string): Setting | undefined {
  // Not by `list[name]` alone: XS keeps every name for ever that was once used as a property.
  return Object.keys(list).includes(name) ? list[name] : undefined;
}
