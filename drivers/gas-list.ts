// SPDX-License-Identifier: MIT

import { frozen } from "../modules/base/frozen.ts";
import { CCS811 } from "./ccs811/ccs811.ts";
import type { CCS811Options } from "./ccs811/ccs811-options.ts";
import { detailsText, stateText } from "./ccs811/ccs811-text.ts";
import { type DriveMode, readingPeriod } from "./ccs811/encoding/drive-mode.ts";

/** Where the sensor is, and what time it is, monotonic ms. */
interface Place {
  readonly address: number;
  readonly ticks: number;
}

/**
 * The gas sensors on I2C; a board has one of them, the first that answers. `addresses` are tried in
 * this order. What takes a sensor takes one that `open` has returned.
 */
export const gasSensors = frozen([
  {
    part: "ccs811",
    model: "CCS811",
    addresses: [0x5a, 0x5b],
    open(options: CCS811Options): CCS811 {
      return new CCS811(options);
    },
    /** ms between two readings in a drive mode. */
    period(mode: DriveMode): number {
      return readingPeriod(mode);
    },
    /** What the sensor is doing, or was doing in another `state`; one line. */
    stateText(sensor: CCS811, { address, ticks }: Place, state = sensor.state): string {
      const { applicationVersion } = sensor;
      return stateText(state, { address, applicationVersion, ticks });
    },
    /** Its versions and counters, some lines. */
    detailsText(sensor: CCS811): string {
      return detailsText(sensor);
    },
  },
]);
