// SPDX-License-Identifier: MIT

import { frozen } from "../../base/frozen.ts";
import type { Profile } from "../profile.ts";
import { usualKeys } from "./usual-keys.ts";

/** Any broker beside the board's own, such as a public one: plain topics, birth and will. */
export const broker = frozen<Profile>({
  name: "broker",
  title: "MQTT broker",
  about: "a second broker, one of your own or a public one for a test",
  free: "test.mosquitto.org for tests; everybody can read it, and write to it",
  asOf: "January 2026",
  fields: [
    { name: "host", question: "server, mqtt://host:port or mqtts://host:port", check: "address" },
    { name: "user", question: "user; empty: none", optional: true, check: "any" },
    { name: "key", question: "password; empty: none", optional: true, check: "any" },
    { name: "channel", question: "first levels of the topics", standard: "air", check: "topic" },
    { name: "device", question: "next level", standard: "{slug}", check: "level" },
    {
      name: "ca",
      question: "authority that is trusted; empty: the public roots of this host",
      optional: true,
      check: "certificates",
    },
  ],
  mqtt: {
    scheme: "mqtts",
    id: "airpair-{slug}-{nonce}",
    user: "{user}",
    password: "{key}",
    clean: true,
    keepAlive: 60,
    will: { topic: "{channel}/{device}/status", text: "offline", retain: true },
    birth: { topic: "{channel}/{device}/status", text: "online" },
    goodbye: { topic: "{channel}/{device}/status", text: "offline" },
    pause: 2,
  },
  keys: usualKeys,
  readings: [{ topic: "{channel}/{device}/state", body: { json: "{values}" }, retain: true }],
  downlinks: [
    {
      filter: "{channel}/{device}/cmd",
      QoS: 1,
      only: "commands",
      routes: [{ topic: "{channel}/{device}/cmd", does: "line" }],
    },
  ],
  answer: { topic: "{channel}/{device}/reply", body: { json: { ok: "{ok}", text: "{text}" } } },
  limits: { interval: 1, message: 65_536, QoS: 1, sends: "mean" },
});
