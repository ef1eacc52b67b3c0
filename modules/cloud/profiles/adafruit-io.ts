// SPDX-License-Identifier: MIT

import { frozen } from "../../base/frozen.ts";
import type { Profile } from "../profile.ts";
import { usualKeys } from "./usual-keys.ts";

/**
 * Adafruit IO: a group with a feed for each value, all in one message. What is wrong bans all devices of the
 * account for a while, so what it says on `throttle` is heeded, and it is logged in rarely.
 */
export const adafruitIO = frozen<Profile>({
  name: "adafruit-io",
  title: "Adafruit IO",
  about: "feeds and dashboards, for small projects",
  free: "30 values a minute for all boards of an account, 10 feeds, kept for 30 days",
  asOf: "July 2026",
  fields: [
    { name: "user", question: "user name", check: "level" },
    { name: "key", question: "key", check: "any" },
    { name: "device", question: "group of feeds", standard: "{small}", check: "small" },
    { name: "host", question: "server", standard: "io.adafruit.com", check: "address" },
  ],
  mqtt: {
    scheme: "mqtts",
    // Whoever comes with the same id throws the other off; without one that cannot be.
    id: "",
    user: "{user}",
    password: "{key}",
    clean: true,
    keepAlive: 300,
    pause: 15,
  },
  keys: usualKeys,
  readings: [{ topic: "{user}/groups/{device}/json", body: { json: { feeds: "{values}" } } }],
  downlinks: [
    {
      filter: "{user}/feeds/{device}.command",
      QoS: 1,
      only: "commands",
      routes: [{ topic: "{user}/feeds/{device}.command", does: "line" }],
    },
    {
      filter: "{user}/throttle",
      QoS: 1,
      routes: [{ topic: "{user}/throttle", does: "complain", pause: 60 }],
    },
    {
      filter: "{user}/errors",
      QoS: 1,
      routes: [{ topic: "{user}/errors", does: "complain", pause: 0 }],
    },
  ],
  limits: {
    interval: 2,
    // 30, and two for what the way takes now longer, now shorter.
    valuesPerMinute: 28,
    message: 1_024,
    QoS: 1,
    sends: "mean",
  },
});
