// SPDX-License-Identifier: MIT

import { frozen } from "../../modules/base/frozen.ts";
import { HDC1080, type HDC1080Options } from "./hdc1080.ts";

/** What the word `hdc1080` adds to the build: an HDC1080, as `climate-list.ts` has others. */
export const part = frozen({
  part: "hdc1080",
  addresses: [0x40],
  rank: 3,
  open: (options: HDC1080Options) => new HDC1080(options),
});
