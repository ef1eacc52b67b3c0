// SPDX-License-Identifier: MIT

import { part as aht2x } from "../../../drivers/aht2x/part.ts";
import { climateSensors } from "../../../drivers/climate-list.ts";
import { part as ens160 } from "../../../drivers/ens160/part.ts";
import { part as hdc1080 } from "../../../drivers/hdc1080/part.ts";
import { part as scd4x } from "../../../drivers/scd4x/part.ts";
import { part as si7021 } from "../../../drivers/si7021/part.ts";
import { frozen } from "../../../modules/base/frozen.ts";

/** All sensors on I2C but the CCS811, as a build with all their words has them. */
export const allSensors = frozen([scd4x, hdc1080, ens160, aht2x, si7021, ...climateSensors]);
