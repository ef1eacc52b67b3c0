// SPDX-License-Identifier: MIT

import { frozen } from "../../base/frozen.ts";
import type { Profile } from "../profile.ts";
import { usualKeys } from "./usual-keys.ts";

/**
 * AWS IoT Core: the certificate of the thing says who it is, there is neither user nor password. Settings
 * live in its shadow. A policy that does not allow something ends the connection without a word.
 */
export const awsIoT = frozen<Profile>({
  name: "aws-iot",
  title: "AWS IoT Core",
  about: "messages for the services of Amazon",
  free: "depends on the account",
  asOf: "July 2026",
  fields: [
    { name: "host", question: "endpoint, …-ats.iot.REGION.amazonaws.com", check: "address" },
    { name: "device", question: "name of the thing", standard: "{slug}", check: "label" },
    { name: "channel", question: "first levels of the topics", standard: "air", check: "topic" },
    { name: "cert", question: "certificate of the thing", check: "certificates" },
    { name: "cert-key", question: "its private key", check: "certificates" },
    {
      name: "ca",
      question: "Amazon Root CA 1; empty: the public roots of this host",
      optional: true,
      check: "certificates",
    },
  ],
  mqtt: {
    scheme: "mqtts",
    mustBeSecure: true,
    ALPN: { port: 443, protocol: "x-amzn-mqtt-ca" },
    id: "{device}",
    clean: true,
    keepAlive: 60,
    pause: 5,
  },
  keys: usualKeys,
  readings: [
    {
      topic: "{channel}/{device}/telemetry",
      body: { json: { device: "{device}", ts: "{seconds}", "*": "" } },
    },
  ],
  reports: [
    {
      topic: "$aws/things/{device}/shadow/update",
      body: { json: { state: { reported: { interval: "{interval}", version: "{version}" } } } },
    },
  ],
  downlinks: [
    {
      filter: "{channel}/{device}/cmd",
      QoS: 1,
      only: "commands",
      routes: [{ topic: "{channel}/{device}/cmd", does: "line" }],
    },
    {
      filter: "$aws/things/{device}/shadow/update/delta",
      QoS: 1,
      only: "commands",
      routes: [
        {
          topic: "$aws/things/{device}/shadow/update/delta",
          does: "settings",
          inside: "state",
          settings: { interval: "set platform.interval {value}" },
        },
      ],
    },
  ],
  answer: { topic: "{channel}/{device}/reply", body: { json: { ok: "{ok}", text: "{text}" } } },
  limits: {
    interval: 1,
    message: 131_072,
    QoS: 1,
    late: { count: 12, pace: 1 },
    sends: "mean",
  },
});
