// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";
import type { Command } from "../console/command.ts";
import { UsageError } from "../console/command-error.ts";
import { checkCount } from "../console/command-words.ts";

/** What the command looks at. */
export interface I2CView {
  /** What was found on the I2C bus; begins another scan. */
  scanI2C(): string;
}

/** The `i2c` command. */
export const i2cCommand: Command<I2CView> = frozen({
  name: "i2c",
  help: "the devices on the I2C bus",
  usage: "scan",
  details: "shows what was found, looks again, and opens sensors that were plugged in since",
  run: (words, view) => {
    checkCount(words, 1);
    const [what] = words;
    if (what === "scan") return view.scanI2C();
    throw new UsageError(
      what === undefined ? "i2c takes scan" : `i2c does not know ${JSON.stringify(what)}`,
    );
  },
  complete: (words) => (words.length === 0 ? ["scan"] : []),
});
