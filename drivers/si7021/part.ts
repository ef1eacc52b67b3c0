// SPDX-License-Identifier: MIT

import { frozen } from "../../modules/base/frozen.ts";
import { Si7021, type Si7021Options } from "./si7021.ts";

/** What the word `si7021` adds to the build: a Si7013, Si7020, Si7021, HTU21D or SHT21, as `climate-list.ts` has others. */
export const part = frozen({
  part: "si7021",
  addresses: [0x40],
  rank: 3,
  open: (options: Si7021Options) => new Si7021(options),
});
