// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";
import type { Profile } from "./profile.ts";
import { adafruitIO } from "./profiles/adafruit-io.ts";
import { awsIoT } from "./profiles/aws-iot.ts";
import { azureIoT } from "./profiles/azure-iot.ts";
import { blynk } from "./profiles/blynk.ts";
import { broker } from "./profiles/broker.ts";
import { homeAssistant } from "./profiles/home-assistant.ts";
import { homie4, homie5 } from "./profiles/homie.ts";
import { thingerIO } from "./profiles/thinger-io.ts";
import { thingsBoard } from "./profiles/thingsboard.ts";
import { thingSpeak, thingSpeakHTTP } from "./profiles/thingspeak.ts";
import { ubidots } from "./profiles/ubidots.ts";

/** All platforms; on a board they lie in flash. */
export const profiles: readonly Profile[] = frozen([
  adafruitIO,
  awsIoT,
  azureIoT,
  blynk,
  broker,
  homeAssistant,
  homie4,
  homie5,
  thingerIO,
  thingsBoard,
  thingSpeak,
  thingSpeakHTTP,
  ubidots,
]);

/** The platform of that name, or undefined. */
export function findProfile(name: string): Profile | undefined {
  return profiles.find((profile) => profile.name === name);
}
