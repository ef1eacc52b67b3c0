// SPDX-License-Identifier: MIT

import { frozen } from "../../base/frozen.ts";
import type { Profile } from "../profile.ts";

/**
 * Blynk: one message for all values costs one of the month's; the server may send the board on to another
 * region, which comes without a subscription.
 */
export const blynk = frozen<Profile>({
  name: "blynk",
  title: "Blynk",
  about: "an app for the phone",
  free: "5 devices, 100,000 messages a month: one in 27 s",
  asOf: "July 2026",
  fields: [
    { name: "key", question: "auth token of the device", check: "label" },
    { name: "host", question: "server", standard: "blynk.cloud", check: "address" },
  ],
  mqtt: {
    scheme: "mqtts",
    id: "",
    user: "device",
    password: "{key}",
    clean: true,
    keepAlive: 45,
    pause: 5,
  },
  keys: {
    co2: "CO2",
    voc: "VOC",
    pressure: "Pressure",
    temperature: "Temperature",
    humidity: "Humidity",
  },
  readings: [{ topic: "batch_ds", body: { json: "{values}" } }],
  downlinks: [
    {
      filter: "downlink/#",
      QoS: 1,
      routes: [
        { topic: "downlink/redirect", does: "redirect", host: ".blynk.cloud" },
        { topic: "downlink/reboot", does: "command", command: "reboot" },
        { topic: "downlink/ds/Command", does: "line" },
        {
          topic: "downlink/ds/Interval",
          does: "value",
          command: "set platform.interval {value}",
        },
        { topic: "downlink/diag", does: "complain", pause: 0 },
      ],
    },
  ],
  limits: { interval: 27, message: 1_020, QoS: 1, sends: "mean" },
});
