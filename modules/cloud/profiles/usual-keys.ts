// SPDX-License-Identifier: MIT

import { frozen } from "../../base/frozen.ts";

/** What most platforms are told that values are called. */
export const usualKeys = frozen({
  co2: "co2",
  voc: "voc",
  pressure: "pressure",
  temperature: "temperature",
  humidity: "humidity",
});
