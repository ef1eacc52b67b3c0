// SPDX-License-Identifier: MIT

import { frozen } from "../../base/frozen.ts";
import type { Profile } from "../profile.ts";
import { usualKeys } from "./usual-keys.ts";

/** Thinger.io: the client id is the device; which QoS it takes is not documented. */
export const thingerIO = frozen<Profile>({
  name: "thinger-io",
  title: "Thinger.io",
  about: "devices, buckets of data and dashboards",
  free: "not confirmed",
  asOf: "March 2026",
  fields: [
    { name: "user", question: "user name, not the e-mail", check: "level" },
    { name: "device", question: "identifier of the device", standard: "{slug}", check: "label" },
    { name: "key", question: "credential of the device", check: "any" },
    { name: "host", question: "server", standard: "backend.thinger.io", check: "address" },
  ],
  mqtt: {
    scheme: "mqtts",
    id: "{device}",
    user: "{user}",
    password: "{key}",
    clean: true,
    keepAlive: 60,
    pause: 5,
  },
  keys: usualKeys,
  readings: [{ topic: "{device}/telemetry", body: { json: "{values}" } }],
  downlinks: [
    {
      filter: "{device}/cmd",
      QoS: 0,
      only: "commands",
      routes: [{ topic: "{device}/cmd", does: "line" }],
    },
  ],
  answer: { topic: "{device}/reply", body: { json: { ok: "{ok}", text: "{text}" } } },
  limits: { interval: 1, message: 4_096, QoS: 0, sends: "mean" },
});
