// SPDX-License-Identifier: MIT

import { frozen } from "../../modules/base/frozen.ts";
import { ENS160, type ENS160Options } from "./ens160.ts";

/** What the word `ens160` adds to the build: an ENS160, as `climate-list.ts` has others. */
export const part = frozen({
  part: "ens160",
  addresses: [0x53, 0x52],
  rank: 0,
  measuresGas: true,
  open: (options: ENS160Options) => new ENS160(options),
});
