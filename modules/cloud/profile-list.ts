// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";
import type { Body, Message, Profile } from "./profile.ts";
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
import { compiled } from "./template.ts";

/** A profile whose JSON is ready to be filled in. */
function ready(profile: Profile): Profile {
  const { asks, reports, announces, answer, lateValue } = profile;
  return {
    ...profile,
    ...(lateValue && { lateValue: readyBody(lateValue) }),
    readings: profile.readings.map(readyMessage),
    ...(asks && { asks: asks.map(readyMessage) }),
    ...(reports && { reports: reports.map(readyMessage) }),
    ...(announces && { announces: announces.map(readyMessage) }),
    ...(answer && { answer: readyMessage(answer) }),
  };
}

function readyMessage(message: Message): Message {
  const { body, late } = message;
  return { ...message, body: readyBody(body), ...(late && { late: readyBody(late) }) };
}

function readyBody(body: Body): Body {
  return "json" in body ? { parts: compiled(body.json) } : body;
}

/** All platforms; on a board they lie in flash. */
export const profiles: readonly Profile[] = frozen(
  [
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
  ].map(ready),
);

/** The platform of that name, or undefined. */
export function findProfile(name: string): Profile | undefined {
  return profiles.find((profile) => profile.name === name);
}
