// SPDX-License-Identifier: MIT

import type * as settings from "../../cloud/cloud-settings.ts";
import type * as command from "../commands/platform-command.ts";
import type * as start from "../start/start-platforms.ts";
import { absentCommand } from "./not-built.ts";

/** Stands where the firmware is built without online platforms. */
export const cloudSettings = Object.freeze({}) as typeof settings.cloudSettings;

export const startPlatforms: typeof start.startPlatforms = () => {};

export const platformCommand: typeof command.platformCommand = absentCommand(
  "platform",
  "there are no online platforms",
  "platforms",
);

export const platformSecretIn: typeof command.platformSecretIn = (line) => line.length;
