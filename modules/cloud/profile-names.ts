// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";

/** Names of the platforms that there are, in the order in which they are shown. */
export const profileNames = frozen([
  "adafruit-io",
  "aws-iot",
  "azure-iot",
  "blynk",
  "broker",
  "home-assistant",
  "homie4",
  "homie5",
  "thinger-io",
  "thingsboard",
  "thingspeak",
  "thingspeak-http",
  "ubidots",
] as const);
