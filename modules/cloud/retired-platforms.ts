// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";

/** A platform that is no more. */
export interface RetiredPlatform {
  readonly names: readonly string[];
  readonly title: string;
  /** What has become of it, and when. */
  readonly end: string;
  /** What does the same today. */
  readonly instead: string;
}

/** Platforms of courses and books that have ended. */
export const retiredPlatforms: readonly RetiredPlatform[] = frozen([
  {
    names: ["pybytes", "pycom"],
    title: "Pybytes",
    end: "ended with Pycom's boards, which were given up in 2022; its libraries are archived since September 2024",
    instead: "thingsboard or ubidots",
  },
  {
    names: ["cayenne", "mydevices"],
    title: "Cayenne",
    end: "is not offered any more; myDevices took it out of The Things Network in December 2024",
    instead: "adafruit-io or ubidots",
  },
  {
    names: ["iottweet"],
    title: "IoTtweet",
    end: "has had no sign of life since 2017, and spoke plain HTTP only",
    instead: "thingspeak-http",
  },
  {
    names: ["dweet", "dweet.io", "freeboard", "freeboard.io"],
    title: "dweet.io with freeboard.io",
    end: "do not answer any more (seen in July 2026)",
    instead: "adafruit-io, or a webhook",
  },
  {
    names: ["google-iot", "google-iot-core", "google"],
    title: "Google Cloud IoT Core",
    end: "was closed on 16 August 2023",
    instead: "aws-iot or azure-iot",
  },
]);

/** The retired platform of that name, or undefined. */
export function findRetired(name: string): RetiredPlatform | undefined {
  return retiredPlatforms.find(({ names }) => names.includes(name.toLowerCase()));
}
