// SPDX-License-Identifier: MIT

import { frozen } from "../../modules/base/frozen.ts";
import { SCD4x, type SCD4xOptions } from "./scd4x.ts";

/** What the word `scd4x` adds to the build: an SCD40, SCD41 or SCD43, as `climate-list.ts` has others. */
export const part = frozen({
  part: "scd4x",
  addresses: [0x62],
  rank: 0,
  measuresGas: true,
  measuresCO2: true,
  open: (options: SCD4xOptions) => new SCD4x(options),
});
