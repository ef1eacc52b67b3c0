// SPDX-License-Identifier: MIT

import { anySecretIn } from "../../../../../modules/app/commands/command-list.ts";

/** A command as it may be shown: a password in it is stars, as on a board's own console. */
export function maskedCommand(line: string): string {
  const from = anySecretIn(line);
  return line.slice(0, from) + "*".repeat(line.length - from);
}
