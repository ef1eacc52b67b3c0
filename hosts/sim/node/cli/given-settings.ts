// SPDX-License-Identifier: MIT

import { settingList } from "../../../../modules/app/setting-list.ts";
import { messageOf } from "../../../../modules/base/app-error.ts";
import { knownSetting, validateSetting } from "../../../../modules/settings/validate-setting.ts";
import { OptionError } from "../option-error.ts";

/** Settings that `npm start` decides for all of its boards, and why. */
const ownedByFleet: Readonly<Record<string, string>> = {
  "board.id": "each board has its own; --id names them",
  "console.format": "npm start reads what its boards say; --json shows it",
  "console.echo": "npm start reads what its boards say",
};

/**
 * Checks a setting that is given before a board runs, as the board does. Throws OptionError with one
 * line that never repeats the value: it may be a password.
 */
export function checkGiven(name: string, value: string): void {
  try {
    validateSetting(name, knownSetting(settingList, name), value);
  } catch (error) {
    const text = messageOf(error).replace("; kept as it was", "");
    throw new OptionError(text.replace("; get lists them", "; docs/settings.md lists them"));
  }
}

/**
 * `--set name=value` of the command line, by name; the last of several wins. Throws OptionError for
 * what a board would refuse, and for what belongs to `npm start` when it is `forFleet`.
 */
export function givenSettings(
  words: readonly string[],
  forFleet: boolean,
): Readonly<Record<string, string>> {
  const settings: Record<string, string> = {};
  for (const word of words) {
    const mark = word.indexOf("=");
    if (mark <= 0) throw new OptionError("--set takes name=value");
    const [name, value] = [word.slice(0, mark), word.slice(mark + 1)];
    const why = forFleet && Object.hasOwn(ownedByFleet, name) ? ownedByFleet[name] : undefined;
    if (why !== undefined) throw new OptionError(`--set ${name} cannot be given here: ${why}`);
    checkGiven(name, value);
    settings[name] = value;
  }
  return settings;
}
