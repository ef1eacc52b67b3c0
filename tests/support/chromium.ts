// SPDX-License-Identifier: MIT

import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** For `test(…, { skip }, …)`: why tests in a browser cannot run here, or false. */
export const withoutChromium: string | false = existsSync(executablePath)
  ? false
  : "Chromium is not installed (sudo apt-get install chromium)";

/** Debian's Chromium, or the one that `CHROMIUM` names. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}
