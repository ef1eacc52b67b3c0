// SPDX-License-Identifier: MIT

/** What kind of value a setting takes, with its limits; `longest` counts bytes of UTF-8. */
export type SettingKind =
  | { readonly kind: "text"; readonly longest: number; readonly pattern?: TextPattern }
  | { readonly kind: "number"; readonly least: number; readonly most: number }
  | { readonly kind: "choice"; readonly choices: readonly string[] };

/**
 * Forms of text settings. "topic-level": one level of an MQTT topic, printable ASCII; "hosts": names
 * or addresses, comma separated; "passphrase": what WPA takes, 8 to 63 bytes or 64 hex digits;
 * "ipv4": dotted decimal form; "ipv4-list": several, comma separated.
 */
export type TextPattern =
  | "topic-level"
  | "topic"
  | "brokers"
  | "hosts"
  | "passphrase"
  | "ipv4"
  | "ipv4-list";

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
