// SPDX-License-Identifier: MIT

import { frozen } from "../../modules/base/frozen.ts";
import { AHT2x, type AHT2xOptions } from "./aht2x.ts";

/** What the word `aht2x` adds to the build: an AHT20 or AHT21, as `climate-list.ts` has others. */
export const part = frozen({
  part: "aht2x",
  addresses: [0x38],
  rank: 3,
  open: (options: AHT2xOptions) => new AHT2x(options),
});
