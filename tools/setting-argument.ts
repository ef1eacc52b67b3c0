// SPDX-License-Identifier: MIT

/** What stands before the file of an example. */
export const exampleMark = "example=";

/** The SDK connects to `ssid` before the firmware runs, and waits for ever when it is not there. */
const settingNames: Readonly<Record<string, string>> = {
  ssid: "wifi.ssid",
  password: "wifi.password",
};

/** The argument of a build with the setting's own name, where it has another one. */
export function settingArgument(argument: string): string {
  const [name = "", ...value] = argument.split("=");
  const setting = Object.hasOwn(settingNames, name) ? settingNames[name] : undefined;
  return setting === undefined || value.length === 0 ? argument : `${setting}=${value.join("=")}`;
}

/**
 * Name and value of a setting, known or not: every argument of a build of the form `name=value` is one but that
 * of an example. Undefined for other arguments.
 */
export function settingOf(argument: string): readonly [name: string, value: string] | undefined {
  if (argument.startsWith("-") || argument.startsWith(exampleMark)) return undefined;
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(settingArgument(argument)) ?? [];
  return name === undefined || value === undefined ? undefined : [name, value];
}
