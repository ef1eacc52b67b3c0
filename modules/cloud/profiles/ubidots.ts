// SPDX-License-Identifier: MIT

import { frozen } from "../../base/frozen.ts";
import type { Profile } from "../profile.ts";
import { usualKeys } from "./usual-keys.ts";

/** Ubidots, also with its plan STEM: the token is user and password, and topics begin with a slash. */
export const ubidots = frozen<Profile>({
  name: "ubidots",
  title: "Ubidots",
  about: "dashboards and events, with a plan for schools",
  free: "STEM: 3 devices, not for business",
  asOf: "July 2026",
  fields: [
    { name: "key", question: "token", check: "any" },
    { name: "device", question: "label of the device", standard: "{small}", check: "label" },
    { name: "host", question: "server", standard: "industrial.api.ubidots.com", check: "address" },
  ],
  mqtt: {
    scheme: "mqtts",
    // Of all users nobody else may have it.
    id: "airpair-{slug}-{nonce}",
    user: "{key}",
    password: "{key}",
    clean: true,
    keepAlive: 60,
    pause: 5,
  },
  keys: usualKeys,
  lateValue: { json: { value: "{value}", timestamp: "{milliseconds}" } },
  readings: [{ topic: "/v1.6/devices/{device}", body: { json: "{values}" } }],
  downlinks: [
    {
      filter: "/v1.6/devices/{device}/interval/lv",
      QoS: 1,
      only: "commands",
      routes: [
        {
          topic: "/v1.6/devices/{device}/interval/lv",
          does: "value",
          command: "set platform.interval {value}",
        },
      ],
    },
  ],
  limits: {
    interval: 1,
    message: 10_000,
    QoS: 1,
    late: { count: 12, pace: 1 },
    sends: "mean",
  },
});
