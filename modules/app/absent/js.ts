// SPDX-License-Identifier: MIT

import type * as command from "../commands/js-command.ts";
import { absentCommand } from "./not-built.ts";

/** Stands where the firmware is built without a JavaScript parser. */
export const jsCommand: typeof command.jsCommand = absentCommand(
  "js",
  "there is no JavaScript parser",
  "js",
);
