// SPDX-License-Identifier: MIT

import type * as settings from "../../webhook/webhook-settings.ts";
import type * as command from "../commands/webhook-command.ts";
import type * as start from "../start/start-webhook.ts";
import { absentCommand } from "./not-built.ts";

/** Stands where the firmware is built without a webhook. */
export const webhookSettings = Object.freeze({}) as typeof settings.webhookSettings;

export const startWebhook: typeof start.startWebhook = () => undefined;

export const webhookCommand: typeof command.webhookCommand = absentCommand(
  "webhook",
  "there is no webhook",
  "webhook",
);
