// SPDX-License-Identifier: MIT

import { frozen } from "../../base/frozen.ts";
import type { Profile } from "../profile.ts";
import { usualKeys } from "./usual-keys.ts";

/** ThingsBoard: the token of the device is the user, and so its topics name no device. */
export const thingsBoard = frozen<Profile>({
  name: "thingsboard",
  title: "ThingsBoard",
  about: "dashboards and rules, in the cloud or on a server of your own",
  free: "cloud: 5 devices, 1 million values a month; the Community Edition on a server of your own",
  asOf: "May 2026",
  fields: [
    {
      name: "host",
      question: "server",
      standard: "mqtt.thingsboard.cloud",
      check: "address",
    },
    { name: "key", question: "access token of the device", check: "any" },
  ],
  mqtt: {
    scheme: "mqtts",
    id: "airpair-{slug}",
    user: "{key}",
    clean: true,
    keepAlive: 60,
    pause: 5,
  },
  keys: usualKeys,
  readings: [
    {
      topic: "v1/devices/me/telemetry",
      body: { json: "{values}" },
      late: { json: { ts: "{milliseconds}", values: "{values}" } },
    },
  ],
  asks: [
    { topic: "v1/devices/me/attributes", body: { json: { firmware: "{version}" } } },
    {
      topic: "v1/devices/me/attributes/request/1",
      body: { json: { sharedKeys: "interval" } },
      only: "commands",
    },
  ],
  downlinks: [
    {
      filter: "v1/devices/me/rpc/request/+",
      QoS: 1,
      only: "commands",
      routes: [{ topic: "v1/devices/me/rpc/request/*", does: "call", method: "json" }],
    },
    {
      filter: "v1/devices/me/attributes",
      QoS: 1,
      only: "commands",
      routes: [
        {
          topic: "v1/devices/me/attributes",
          does: "settings",
          settings: { interval: "set platform.interval {value}" },
        },
      ],
    },
    {
      filter: "v1/devices/me/attributes/response/+",
      QoS: 1,
      only: "commands",
      routes: [
        {
          topic: "v1/devices/me/attributes/response/*",
          does: "settings",
          inside: "shared",
          settings: { interval: "set platform.interval {value}" },
        },
      ],
    },
  ],
  answer: {
    topic: "v1/devices/me/rpc/response/{request}",
    body: { json: { ok: "{ok}", text: "{text}" } },
  },
  limits: {
    interval: 1,
    message: 65_536,
    QoS: 1,
    late: { count: 12, pace: 1 },
    sends: "mean",
  },
});
