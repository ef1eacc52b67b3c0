// SPDX-License-Identifier: MIT

import { frozen } from "../../base/frozen.ts";
import type { Limits, Profile } from "../profile.ts";

const thingSpeakKeys = frozen({
  co2: "field1",
  voc: "field2",
  pressure: "field3",
  temperature: "field4",
  humidity: "field5",
});

/** 15 s, and one for what the way takes now longer, now shorter. */
const thingSpeakLimits = frozen<Limits>({ interval: 16, message: 3_000, QoS: 0, sends: "mean" });

const free = "an update every 15 s, 3 million messages a year, not for business";

/** ThingSpeak over MQTT: form encoding, QoS 0, nothing retained, and a clean session. */
export const thingSpeak = frozen<Profile>({
  name: "thingspeak",
  title: "ThingSpeak",
  about: "channels with charts, and MATLAB to look at them",
  free,
  asOf: "July 2026",
  fields: [
    { name: "channel", question: "number of the channel", check: "digits" },
    { name: "device", question: "client ID of the MQTT device", check: "any" },
    { name: "user", question: "user name of the MQTT device", standard: "{device}", check: "any" },
    { name: "key", question: "password of the MQTT device", check: "any" },
    { name: "host", question: "server", standard: "mqtt3.thingspeak.com", check: "address" },
  ],
  mqtt: {
    scheme: "mqtts",
    id: "{device}",
    user: "{user}",
    password: "{key}",
    clean: true,
    keepAlive: 60,
    pause: 15,
  },
  keys: thingSpeakKeys,
  readings: [{ topic: "channels/{channel}/publish", body: { form: { "*": "" } } }],
  downlinks: [
    {
      filter: "channels/{channel}/subscribe/fields/field8",
      QoS: 0,
      only: "commands",
      routes: [{ topic: "channels/{channel}/subscribe/fields/field8", does: "line" }],
    },
  ],
  limits: thingSpeakLimits,
});

/** ThingSpeak by HTTP: an answer of 200 whose text is 0 has stored nothing. */
export const thingSpeakHTTP = frozen<Profile>({
  name: "thingspeak-http",
  title: "ThingSpeak by HTTP",
  about: "the same with the write key of a channel; no commands",
  free,
  asOf: "July 2026",
  fields: [
    { name: "key", question: "write key of the channel", check: "label" },
    { name: "host", question: "server", standard: "api.thingspeak.com", check: "address" },
  ],
  http: {
    url: "{origin}/update",
    headers: [],
    refusal: { text: "0", means: "it has stored nothing, as it was too soon or the key is wrong" },
  },
  keys: thingSpeakKeys,
  readings: [{ topic: "", body: { form: { api_key: "{key}", "*": "" } } }],
  limits: thingSpeakLimits,
});
