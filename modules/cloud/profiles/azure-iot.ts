// SPDX-License-Identifier: MIT

import { frozen } from "../../base/frozen.ts";
import type { Profile } from "../profile.ts";
import { usualKeys } from "./usual-keys.ts";

/**
 * Azure IoT Hub: the password is a token made of the key and the time, which is made anew before it ends.
 * QoS 2 would end the connection, nothing is retained, and a topic ends with its slash.
 */
export const azureIoT = frozen<Profile>({
  name: "azure-iot",
  title: "Azure IoT Hub",
  about: "messages for the services of Microsoft",
  free: "8,000 messages a day: one in 11 s",
  asOf: "2023",
  fields: [
    { name: "host", question: "hub, NAME.azure-devices.net", check: "address" },
    { name: "device", question: "id of the device", standard: "{slug}", check: "label" },
    { name: "key", question: "its primary key", check: "base64" },
  ],
  mqtt: {
    scheme: "mqtts",
    mustBeSecure: true,
    id: "{device}",
    user: "{server}/{device}/?api-version=2021-04-12",
    password: { token: "azure-sas", lifetime: 3_600 },
    clean: false,
    keepAlive: 240,
    pause: 5,
  },
  keys: usualKeys,
  readings: [
    {
      topic: "devices/{device}/messages/events/$.ct=application%2Fjson%3Bcharset%3Dutf-8",
      body: { json: "{values}" },
      late: { json: { ts: "{seconds}", "*": "" } },
    },
  ],
  asks: [{ topic: "$iothub/twin/GET/?$rid=1", body: { text: "" }, only: "commands" }],
  reports: [
    {
      topic: "$iothub/twin/PATCH/properties/reported/?$rid=2",
      body: { json: { interval: "{interval}", version: "{version}" } },
    },
  ],
  downlinks: [
    {
      filter: "devices/{device}/messages/devicebound/#",
      QoS: 1,
      only: "commands",
      routes: [{ topic: "devices/{device}/messages/devicebound/*", does: "line" }],
    },
    {
      filter: "$iothub/methods/POST/#",
      QoS: 1,
      only: "commands",
      routes: [{ topic: "$iothub/methods/POST/*", does: "call", method: "topic" }],
    },
    {
      filter: "$iothub/twin/PATCH/properties/desired/#",
      QoS: 1,
      only: "commands",
      routes: [
        {
          topic: "$iothub/twin/PATCH/properties/desired/*",
          does: "settings",
          settings: { interval: "set platform.interval {value}" },
        },
      ],
    },
    {
      filter: "$iothub/twin/res/#",
      QoS: 1,
      only: "commands",
      routes: [
        {
          topic: "$iothub/twin/res/200/*",
          does: "settings",
          inside: "desired",
          settings: { interval: "set platform.interval {value}" },
        },
      ],
    },
  ],
  answer: {
    topic: "$iothub/methods/res/{status}/?$rid={request}",
    body: { json: { ok: "{ok}", text: "{text}" } },
  },
  limits: {
    interval: 11,
    message: 262_144,
    QoS: 1,
    late: { count: 12, pace: 2 },
    sends: "mean",
  },
});
